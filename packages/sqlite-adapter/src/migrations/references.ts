import { StoreError } from '@stepwell/core';
import type { Connection } from '../connection/connection.ts';
import { fromSqliteError } from '../errors/sqlite-error.ts';

type BrokenReference = readonly [table: string, row: number | null, parent: string];

/**
 * Finds what foreign keys would have forbidden, had they been on.
 * @throws `CONSTRAINT` with the table and the row; `INVALID_ARGUMENT` for a foreign key that can refer to nothing
 */
export function assertReferences(connection: Connection): void {
  const broken = firstBroken(connection);
  if (broken === undefined) return;
  const [table, row, parent] = broken;
  // A table WITHOUT ROWID has no numbers to name its rows by.
  const which = row === null ? 'a row' : `row ${row}`;
  throw new StoreError('CONSTRAINT', `${which} of ${table} refers to a row of ${parent} that is not there`, {
    details: { table, row, parent },
  });
}

function firstBroken(connection: Connection): BrokenReference | undefined {
  try {
    return connection.prepare('PRAGMA main.foreign_key_check').raw().get() as BrokenReference | undefined;
  } catch (error) {
    throw fromSqliteError(error, 'could not check the foreign keys', connection.path);
  }
}
