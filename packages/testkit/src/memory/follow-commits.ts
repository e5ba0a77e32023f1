import { type Change, type Cursor, parseCursor, StoreError } from '@stepwell/core';
import type { MemoryDisk } from './memory-disk.ts';

/** Commits after `since`, then every further one as it comes, until `signal` fires. */
export async function* followCommits(
  disk: MemoryDisk,
  since: Cursor,
  signal: AbortSignal,
): AsyncGenerator<Change> {
  let { lineage, epoch } = checkCursor(disk, since);
  while (!signal.aborted) {
    const state = disk.records;
    const next = state?.commits.get(epoch + 1)?.change;
    if (next !== undefined) {
      epoch = next.epoch;
      yield next;
    } else if (state !== undefined && state.head.epoch > epoch) {
      // Pruned while the follower was slow: it must start over from a snapshot.
      throw expired(`${lineage}.${epoch}`);
    } else {
      await disk.committed(signal);
    }
  }
}

function checkCursor(disk: MemoryDisk, cursor: Cursor): { lineage: string; epoch: number } {
  const place = parseCursor(cursor);
  if (place === undefined)
    throw new StoreError('INVALID_ARGUMENT', `not a cursor: ${JSON.stringify(cursor)}`);
  const head = disk.records?.head;
  if (head === undefined || place.lineage !== head.lineage || place.epoch > head.epoch) throw expired(cursor);
  return place;
}

function expired(cursor: Cursor): StoreError {
  return new StoreError(
    'CURSOR_EXPIRED',
    `no history from ${cursor} on is kept; take a snapshot and start there`,
  );
}
