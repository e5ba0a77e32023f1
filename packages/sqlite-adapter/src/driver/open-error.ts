import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { StoreError } from '@stepwell/core';
import { fromSqliteError, sqliteCodeOf } from '../errors/sqlite-error.ts';

const cure = 'copy the directory to where it can be written, and open the copy';

/** Why `path` could not be opened, with what can be done about it. */
export function openError(error: unknown, path: string, mode: 'read' | 'write'): StoreError {
  const sqliteCode = sqliteCodeOf(error) ?? '';
  const options = { cause: error, details: { path, sqliteCode } };
  if (sqliteCode.startsWith('SQLITE_READONLY')) {
    return new StoreError('READ_ONLY', `${path} cannot be written: ${cure}`, options);
  }
  if (isOtherThanFile(path)) return new StoreError('INVALID_ARGUMENT', `${path} is not a file`, options);
  if (sqliteCode.startsWith('SQLITE_CANTOPEN')) {
    if (!isWritable(dirname(path))) {
      // Even a reader shares an index of the write-ahead log, in a file beside the database.
      const needs =
        mode === 'read' ? `opens only while its -wal and -shm files are there` : 'cannot be written';
      return new StoreError(
        'READ_ONLY',
        `${path} ${needs}, since its directory cannot be written: ${cure}`,
        options,
      );
    }
  }
  if (sqliteCode === 'SQLITE_NOTADB') {
    return new StoreError(
      'CORRUPT',
      `${path} is not a database, or its first page is damaged; it was left untouched`,
      options,
    );
  }
  return missingTable(error, path) ?? fromSqliteError(error, 'could not open the database', path);
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

/** Bytes of a file, by its name only: opening the database here would drop SQLite's locks. `undefined` when absent. */
export function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size;
}

function isOtherThanFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === false;
}

function isWritable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
