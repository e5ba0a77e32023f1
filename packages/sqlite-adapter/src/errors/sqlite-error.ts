import { type ErrorCode, isStoreError, StoreError } from '@stepwell/core';
import { isOutOfSpace } from './is-out-of-space.ts';

/**
 * What each result code of SQLite means to a store. Extended codes that are not listed mean what the longest listed
 * prefix means: `SQLITE_IOERR_FSYNC` is an `SQLITE_IOERR`.
 */
const codeOf: Readonly<Record<string, ErrorCode>> = {
  SQLITE_ERROR: 'INVALID_ARGUMENT',
  SQLITE_INTERNAL: 'IO',
  SQLITE_PERM: 'READ_ONLY',
  SQLITE_ABORT: 'ABORTED',
  SQLITE_BUSY: 'BUSY',
  SQLITE_LOCKED: 'BUSY',
  SQLITE_NOMEM: 'IO',
  SQLITE_READONLY: 'READ_ONLY',
  // The file is not where it was opened any more: writing would go to a file that nobody finds.
  SQLITE_READONLY_DBMOVED: 'IO',
  SQLITE_INTERRUPT: 'ABORTED',
  SQLITE_IOERR: 'IO',
  SQLITE_IOERR_CORRUPTFS: 'CORRUPT',
  SQLITE_IOERR_DATA: 'CORRUPT',
  // S2: what a failed sync leaves on the device nobody knows, and the next sync would say that all is well.
  SQLITE_IOERR_FSYNC: 'POISONED',
  SQLITE_IOERR_DIR_FSYNC: 'POISONED',
  SQLITE_CORRUPT: 'CORRUPT',
  SQLITE_NOTFOUND: 'IO',
  SQLITE_FULL: 'NO_SPACE',
  SQLITE_CANTOPEN: 'IO',
  // Too many processes race for the same lock; it passes.
  SQLITE_PROTOCOL: 'BUSY',
  SQLITE_EMPTY: 'IO',
  // The schema changed under a statement more often than SQLite retries by itself.
  SQLITE_SCHEMA: 'BUSY',
  SQLITE_TOOBIG: 'INVALID_ARGUMENT',
  SQLITE_CONSTRAINT: 'CONSTRAINT',
  SQLITE_MISMATCH: 'CONSTRAINT',
  SQLITE_MISUSE: 'INVALID_ARGUMENT',
  SQLITE_NOLFS: 'IO',
  SQLITE_AUTH: 'READ_ONLY',
  SQLITE_FORMAT: 'CORRUPT',
  SQLITE_RANGE: 'INVALID_ARGUMENT',
  SQLITE_NOTADB: 'CORRUPT',
};

/** What SQLite says when it could not write, whatever the reason: the want of space is one. */
const mayBeSpace: ReadonlySet<string> = new Set([
  'SQLITE_CANTOPEN',
  'SQLITE_IOERR_WRITE',
  'SQLITE_IOERR_SHMOPEN',
  'SQLITE_IOERR_SHMSIZE',
]);

/** The code of a store for a result code of SQLite, extended or not. */
export function storeCodeOf(sqliteCode: string): ErrorCode {
  for (let code = sqliteCode; code.includes('_'); code = code.slice(0, code.lastIndexOf('_'))) {
    const mapped = codeOf[code];
    if (mapped !== undefined) return mapped;
  }
  return 'IO';
}

/** The result code of SQLite in `error`, if it is one of better-sqlite3's. */
export function sqliteCodeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' && error.code.startsWith('SQLITE_') ? error.code : undefined;
}

/** What can be done about it, where SQLite's own words do not say. */
const cures: Partial<Readonly<Record<ErrorCode, string>>> = {
  NO_SPACE: '; make room, then try again',
  POISONED: '; what is on the device cannot be told: open the store again to recover',
};

/**
 * An error of better-sqlite3 as a {@link StoreError} that says what was being done, and to which file. Its refusals of
 * values that cannot be bound are plain `TypeError`s and `RangeError`s: the caller passed them. `reach` is how many bytes
 * the file was to have, where it is not there to tell.
 */
export function fromSqliteError(error: unknown, doing: string, path: string, reach = 0): StoreError {
  if (isStoreError(error)) return error;
  const sqliteCode = sqliteCodeOf(error);
  const reason = error instanceof Error ? error.message : String(error);
  if (sqliteCode !== undefined) {
    const code =
      mayBeSpace.has(sqliteCode) && isOutOfSpace(path, reach) ? 'NO_SPACE' : storeCodeOf(sqliteCode);
    return new StoreError(code, `${doing}: ${reason} (${sqliteCode}, ${path})${cures[code] ?? ''}`, {
      cause: error,
      details: { sqliteCode, path },
    });
  }
  const code = error instanceof TypeError || error instanceof RangeError ? 'INVALID_ARGUMENT' : 'IO';
  return new StoreError(code, `${doing}: ${reason}`, { cause: error, details: { path } });
}
