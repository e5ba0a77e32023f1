import { constants, statSync } from 'node:fs';
import { fromSystemError, StoreError } from '@stepwell/core';
import type { Connection } from '../connection/connection.ts';
import { sizeOf } from '../connection/database-files.ts';
import { isAllowed, readOnly } from './open-error.ts';

/*
 * What SQLite would take for granted, or for something else than it is. Asked by the names of the files, which opens none.
 */

/**
 * To be asked before SQLite opens anything: it would wait for ever at the end of a pipe.
 * @throws `INVALID_ARGUMENT` when something other than a file is at `path`, or in the way to it; `IO` when nobody can tell
 */
export function assertFile(path: string): void {
  let isFile: boolean | undefined;
  try {
    isFile = statSync(path, { throwIfNoEntry: false })?.isFile();
  } catch (error) {
    throw fromSystemError(error, `could not look at ${path}`, { reading: true });
  }
  if (isFile !== false) return;
  throw new StoreError('INVALID_ARGUMENT', `${path} is not a file: name one in it, or beside it`, {
    details: { path },
  });
}

/**
 * SQLite opens what it may not write for reading instead, and says so no sooner than at the first commit.
 * @throws `READ_ONLY`
 */
export function assertWritable(path: string): void {
  // Why it cannot be read is for SQLite to find out: no copy of it would help.
  if (isAllowed(path, constants.R_OK) && !isAllowed(path, constants.W_OK))
    throw readOnly(path, { details: { path } });
}

/**
 * Whether there is no database at `path` yet.
 * @throws `CORRUPT` when there was one: SQLite makes a log only for a database that is on the disk, and would delete it
 * beside a new one, with every commit that is in it
 */
export function isEmpty(path: string): boolean {
  const log = `${path}-wal`;
  // The log first: who sees one that was made this moment sees the database too.
  const [logBytes = 0, bytes = 0] = [sizeOf(log), sizeOf(path)];
  if (bytes > 0) return false;
  if (logBytes === 0) return true;
  throw new StoreError(
    'CORRUPT',
    `${path} is gone or empty, but its log ${log} is there and holds commits; it was left untouched: ` +
      'put the database back beside its log, or move the log away to begin anew',
    { details: { path, log } },
  );
}

/**
 * SQLite fills up a last page that was cut, with zeros. While there is a log, the page may be in it: a checkpoint that
 * was interrupted leaves such a page, and does it again.
 * @throws `CORRUPT`
 */
export function assertWhole(connection: Connection): void {
  const { path } = connection;
  const pageBytes = Number(connection.pragma('page_size'));
  const bytes = sizeOf(path) ?? 0;
  if (bytes % pageBytes === 0 || (sizeOf(`${path}-wal`) ?? 0) > 0) return;
  throw new StoreError(
    'CORRUPT',
    `${path} was cut at byte ${bytes}, within a page; it was left untouched: put a backup in its place`,
    { details: { path, offset: bytes } },
  );
}
