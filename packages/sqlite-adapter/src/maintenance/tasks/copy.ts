import { StoreError } from '@stepwell/core';
import type { Connection } from '../../connection/connection.ts';
import { fromSqliteError } from '../../errors/sqlite-error.ts';

/**
 * Writes the current state to `destination`, without free pages. A plain copy of the file would miss what is in the
 * log, or be torn by a checkpoint (SF-07).
 */
export function copyInto(source: Connection, destination: string): void {
  try {
    source.prepare('VACUUM INTO ?').run([destination]);
  } catch (error) {
    const bytes = Number(source.pragma('page_count')) * Number(source.pragma('page_size'));
    throw copyError(error, destination, bytes);
  }
}

/**
 * Makes a copy a store of its own: in WAL mode, with a lineage that its first writer will replace (S3), and on the
 * device. The one sync covers the whole file.
 */
export function finishCopy(copy: Connection): void {
  try {
    copy.exec('PRAGMA synchronous = FULL');
    copy.exec("UPDATE stepwell_meta SET value = '' WHERE key = 'boot'");
    copy.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } catch (error) {
    throw copyError(error, copy.path, 0);
  }
}

/** A sync of the copy that failed poisons nobody: the copy is thrown away, and the store has nothing to do with it. */
function copyError(error: unknown, destination: string, bytes: number): StoreError {
  const typed = fromSqliteError(error, 'could not write the copy', destination, bytes);
  if (typed.code !== 'POISONED') return typed;
  return new StoreError('IO', `could not sync the copy ${destination}`, {
    cause: error,
    details: typed.details,
  });
}
