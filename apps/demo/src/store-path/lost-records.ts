import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { StoreError } from '@stepwell/core';

/** What a log segment has before its first line (docs/log-format.md). Bytes. */
const segmentHeaderBytes = 64;

/**
 * Refuses a store that has lines and no records. To whoever opens it for writing, lines that no record vouches for
 * were never committed and are cut off: right after a crash, but not when `records.db` was deleted or emptied.
 * @throws `CORRUPT`
 */
export function refuseLostRecords(store: string): void {
  const records = join(store, 'records.db');
  // In this order: another process may be making the store, and makes the records before any line.
  if (!holdsLines(store) || holdsRecords(store)) return;
  throw new StoreError('CORRUPT', `${records} is missing or empty, and ${join(store, 'logs')} has lines`, {
    details: { path: records },
  });
}

/** Whether lines were written to the store in this directory, committed or not. */
export function holdsLines(store: string): boolean {
  const logs = join(store, 'logs');
  if (statSync(logs, { throwIfNoEntry: false })?.isDirectory() !== true) return false;
  return readdirSync(logs).some(
    (name) => name.endsWith('.seg') && sizeOf(join(logs, name)) > segmentHeaderBytes,
  );
}

/** Whether the directory has records. */
export function holdsRecords(store: string): boolean {
  return sizeOf(join(store, 'records.db')) > 0;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
