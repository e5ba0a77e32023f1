import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';
import { isStoreError, StoreError, type StoreErrorOptions } from '@stepwell/core';
import { fromSqliteError, sqliteCodeOf } from '../errors/sqlite-error.ts';

const cure = 'copy the directory to where it can be written, and open the copy';

/** Why `path` could not be opened, with what can be done about it. */
export function openError(error: unknown, path: string, mode: 'read' | 'write'): StoreError {
  if (isStoreError(error)) return notYetWritten(error);
  const sqliteCode = sqliteCodeOf(error) ?? '';
  const options = { cause: error, details: { path, sqliteCode } };
  if (/^SQLITE_(CANTOPEN|READONLY)/.test(sqliteCode)) {
    const reason = notReachable(path, mode);
    if (reason !== undefined) return new StoreError(reason.code, reason.message, options);
  }
  if (sqliteCode.startsWith('SQLITE_READONLY')) return readOnly(path, options);
  if (sqliteCode === 'SQLITE_NOTADB') {
    return new StoreError(
      'CORRUPT',
      `${path} is not a database, or is encrypted, or its first page is damaged; it was left untouched: ` +
        'open another path, or put a backup in its place',
      options,
    );
  }
  return missingTable(error, path) ?? fromSqliteError(error, 'could not open the database', path);
}

/** A handle that never was cannot be poisoned: whoever opens again finds out what is there. */
function notYetWritten(error: StoreError): StoreError {
  if (error.code !== 'POISONED') return error;
  return new StoreError('IO', error.message, { cause: error, details: error.details });
}

export function readOnly(path: string, options: StoreErrorOptions): StoreError {
  return new StoreError('READ_ONLY', `${path} cannot be written: ${cure}`, options);
}

/** SQLite says only that it could not open a file; the system is asked which, and why. */
function notReachable(
  path: string,
  mode: 'read' | 'write',
): { readonly code: 'READ_ONLY' | 'IO'; readonly message: string } | undefined {
  if (!isAllowed(path, constants.R_OK)) {
    return { code: 'IO', message: `${path} may not be read by this user: change its permissions` };
  }
  if (isAllowed(dirname(path), constants.W_OK)) return undefined;
  // Even a reader shares an index of the write-ahead log, in a file beside the database.
  const needs = mode === 'read' ? 'opens only while its -wal and -shm files are there' : 'cannot be written';
  return {
    code: 'READ_ONLY',
    message: `${path} ${needs}, since its directory cannot be written: ${cure}`,
  };
}

/** The schema is the one that was asked for, and yet a table of it is not there: nobody but a stranger takes one away. */
function missingTable(error: unknown, path: string): StoreError | undefined {
  const reason = error instanceof Error ? error.message : '';
  if (!/^no such table|^table stepwell_\w+ already exists/.test(reason)) return undefined;
  return new StoreError('CORRUPT', `${path} has lost a table of its schema: ${reason}`, {
    cause: error,
    details: { path },
  });
}

export function isAllowed(path: string, what: number): boolean {
  try {
    accessSync(path, what);
    return true;
  } catch (error) {
    // What is not there is not forbidden.
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}
