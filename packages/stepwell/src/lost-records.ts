import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fromSystemError, isStoreError, StoreError } from '@stepwell/core';
import type { Layout } from './layout.ts';

/** What a log segment has before its first line (docs/log-format.md). Bytes. */
const segmentHeaderBytes = 64;

/**
 * Refuses a store that has logs, or commits in a write-ahead log, and no records. To whoever opens it for writing, lines
 * that no record vouches for were never committed and are cut off: right after a crash, but not when `records.db` was
 * deleted or emptied. Nothing is opened and nothing is made, so that the file can still be put back.
 *
 * @returns whether the store was made before: then its records must be there, see {@link lostRecords}
 * @throws `CORRUPT`; `IO` when the directory cannot be looked at
 */
export function refuseLostRecords(layout: Layout): boolean {
  const { records, logs } = layout;
  try {
    // In this order: another process may be making the store, and makes the records before anything else.
    const isMade = holdsLogs(logs);
    const left = isMade ? logs : sizeOf(`${records}-wal`) > 0 ? `${records}-wal` : undefined;
    if (left === undefined || holdsRecords(layout)) return isMade;
    throw new StoreError(
      'CORRUPT',
      `${records} is missing or empty, and what belongs to it is still in ${left}; put it back from a copy, or remove both`,
      { details: { file: records } },
    );
  } catch (error) {
    throw fromSystemError(error, `cannot look at ${records}`, { reading: true });
  }
}

/**
 * What opening a store that was made before failed with. Where a file that is not empty holds no records, they were in
 * its write-ahead log, which is damaged or gone: SQLite takes that for an empty database. That there are no logs is no
 * damage: whoever makes the store makes them after the records, and is not done yet, or died on the way.
 */
export function lostRecords({ records, logs }: Layout, cause: unknown): unknown {
  if (!isStoreError(cause, 'NOT_FOUND') || cause.details.path !== records) return cause;
  return new StoreError(
    'CORRUPT',
    `${records} holds no records, and the lines that belong to them are still in ${logs}: its write-ahead log ${records}-wal is damaged or gone; put both back from a copy`,
    { cause, details: { file: records } },
  );
}

/** Whether the store has records. */
export function holdsRecords({ records }: Layout): boolean {
  return sizeOf(records) > 0;
}

/** Whether the logs are of a store that was made: by their manifest, or by a file that has lines, committed or not. */
function holdsLogs(logs: string): boolean {
  if (statSync(logs, { throwIfNoEntry: false })?.isDirectory() !== true) return false;
  return readdirSync(logs).some(
    (name) => name === 'MANIFEST' || sizeOf(join(logs, name)) > segmentHeaderBytes,
  );
}

/** Bytes; 0 for what is not there, or is no file. */
function sizeOf(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false });
  return found?.isFile() === true ? found.size : 0;
}
