import { isStoreError, StoreError } from '@stepwell/core';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { fromSqliteError, storeCodeOf } from './sqlite-error.ts';

test('S11: every result code of SQLite has a meaning, extended ones that of their family', () => {
  const wanted = {
    SQLITE_BUSY: 'BUSY',
    SQLITE_BUSY_SNAPSHOT: 'BUSY',
    SQLITE_BUSY_RECOVERY: 'BUSY',
    SQLITE_LOCKED_SHAREDCACHE: 'BUSY',
    SQLITE_PROTOCOL: 'BUSY',
    SQLITE_CONSTRAINT_UNIQUE: 'CONSTRAINT',
    SQLITE_CONSTRAINT_FOREIGNKEY: 'CONSTRAINT',
    SQLITE_CONSTRAINT_DATATYPE: 'CONSTRAINT',
    SQLITE_MISMATCH: 'CONSTRAINT',
    SQLITE_FULL: 'NO_SPACE',
    SQLITE_IOERR: 'IO',
    SQLITE_IOERR_READ: 'IO',
    SQLITE_IOERR_FSYNC: 'POISONED',
    SQLITE_IOERR_DIR_FSYNC: 'POISONED',
    SQLITE_IOERR_CORRUPTFS: 'CORRUPT',
    SQLITE_CORRUPT: 'CORRUPT',
    SQLITE_CORRUPT_INDEX: 'CORRUPT',
    SQLITE_NOTADB: 'CORRUPT',
    SQLITE_READONLY: 'READ_ONLY',
    SQLITE_READONLY_DIRECTORY: 'READ_ONLY',
    SQLITE_READONLY_DBMOVED: 'IO',
    SQLITE_CANTOPEN_ISDIR: 'IO',
    SQLITE_TOOBIG: 'INVALID_ARGUMENT',
    SQLITE_ERROR: 'INVALID_ARGUMENT',
    SQLITE_ERROR_MISSING_COLLSEQ: 'INVALID_ARGUMENT',
    SQLITE_INTERRUPT: 'ABORTED',
    SQLITE_NOMEM: 'IO',
    SQLITE_UNHEARD_OF: 'IO',
  };
  for (const [code, meaning] of Object.entries(wanted)) expect(storeCodeOf(code), code).toBe(meaning);
});

test('S11: the cause is kept, typed errors pass as they are, and values that cannot be bound are the caller’s', () => {
  const database = new Database(':memory:');
  const failure = (act: () => unknown): unknown => {
    try {
      return act();
    } catch (error) {
      return error;
    }
  };
  const syntax = failure(() => database.prepare('SELEC 1'));
  expect(fromSqliteError(syntax, 'could not read', '/x.db')).toMatchObject({
    code: 'INVALID_ARGUMENT',
    cause: syntax,
    message: expect.stringMatching(/^could not read: .*SQLITE_ERROR, \/x\.db/),
  });
  const unbindable = failure(() => database.prepare('SELECT ?').get(true));
  expect(fromSqliteError(unbindable, 'could not read', '/x.db').code).toBe('INVALID_ARGUMENT');
  const typed = new StoreError('ABORTED', 'enough');
  expect(fromSqliteError(typed, 'could not read', '/x.db')).toBe(typed);
  expect(isStoreError(fromSqliteError('odd', 'could not read', '/x.db'), 'IO')).toBe(true);
  database.close();
});
