import { mkdtempSync, rmdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type ErrorCode, fromSystemError, StoreError, toStoreError } from '@stepwell/core';

const codeOf: Readonly<Record<string, ErrorCode>> = {
  SQLITE_NOTADB: 'CORRUPT',
  SQLITE_CORRUPT: 'CORRUPT',
  SQLITE_READONLY: 'READ_ONLY',
  SQLITE_PERM: 'READ_ONLY',
  SQLITE_FULL: 'NO_SPACE',
};

/** SQLite's name for what went wrong, e.g. `SQLITE_IOERR_LOCK`; empty for an error that is not SQLite's. */
function sqliteCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  return typeof code === 'string' && code.startsWith('SQLITE_') ? code : '';
}

/** Whether somebody else's lock is all that was in the way. */
export function isBusy(error: unknown): boolean {
  return sqliteCode(error).startsWith('SQLITE_BUSY');
}

/** What SQLite said about the lock file at `path`, as a typed error that names the file. */
export function sqliteFailure(error: unknown, path: string): StoreError {
  const code = sqliteCode(error);
  if (code === '') return toStoreError(error, 'IO', `cannot use the lock file ${path}`);
  if (code === 'SQLITE_CANTOPEN') return cannotOpen(error, path);
  const [, family = ''] = code.split('_');
  const reason = error instanceof Error ? error.message : String(error);
  const details = { path, sqlite: code };
  if (codeOf[`SQLITE_${family}`] === 'CORRUPT') {
    return new StoreError('CORRUPT', `${path} is not a lock file: ${reason}`, { cause: error, details });
  }
  return new StoreError(codeOf[`SQLITE_${family}`] ?? 'IO', `cannot lock ${path}: ${reason}`, {
    cause: error,
    details,
  });
}

/** SQLite keeps the errno to itself: try what it tried, to make something in the directory, and see why that fails. */
function cannotOpen(error: unknown, path: string): StoreError {
  try {
    rmdirSync(mkdtempSync(join(dirname(path), '.stepwell-')));
  } catch (refusal) {
    return fromSystemError(refusal, `cannot create the lock file ${path}`);
  }
  return toStoreError(error, 'IO', `cannot open the lock file ${path}`);
}
