import { StoreError } from '@stepwell/core';
import type { Connection } from '../connection/connection.ts';
import type { KeyForm } from './row-id.ts';

/** A table whose changes are told, and the columns that name its rows. */
export interface FollowedTable {
  readonly name: string;
  readonly key: readonly string[];
  readonly form: KeyForm;
}

/** The names that SQLite gives the number of a row, unless a column bears them. */
const rowidNames = ['rowid', '_rowid_', 'oid'] as const;

/**
 * Looks up a table that is to be followed.
 * @throws `INVALID_ARGUMENT` when there is none, or when nothing names its rows
 */
export function followedTable(connection: Connection, name: string): FollowedTable {
  const found = connection
    .prepare("SELECT type FROM pragma_table_list WHERE schema = 'main' AND name = ?")
    .raw()
    .get([name]) as [type: string] | undefined;
  if (found === undefined || isReserved(name)) throw cannot(name, 'the schema has no such table');
  if (found[0] !== 'table')
    throw cannot(name, `it is a ${found[0]}, which has no triggers that see each row`);
  const columns = connection
    .prepare("SELECT name, type, pk FROM pragma_table_xinfo(?, 'main') ORDER BY pk")
    .raw()
    .all([name]) as [name: string, type: string, pk: number][];
  const declared = columns.filter(([, , pk]) => pk > 0);
  if (declared.length > 0) {
    const form = declared.length === 1 && isTextOrInteger(declared[0]?.[1] ?? '') ? 'plain' : 'array';
    return { name, key: declared.map(([column]) => column), form };
  }
  const taken = new Set(columns.map(([column]) => column.toLowerCase()));
  const rowid = rowidNames.find((candidate) => !taken.has(candidate));
  if (rowid === undefined) throw cannot(name, 'it has no primary key, and its columns hide the rowid');
  return { name, key: [rowid], form: 'plain' };
}

/** Tables of SQLite and of the store change with every commit, and say nothing about the data. */
function isReserved(name: string): boolean {
  return /^(sqlite|stepwell)_/i.test(name);
}

/** SQLite's own rules of affinity: values of such a column are not both, so that 1 and '1' cannot stand side by side. */
function isTextOrInteger(type: string): boolean {
  return /int|char|clob|text/i.test(type);
}

function cannot(name: string, reason: string): StoreError {
  return new StoreError('INVALID_ARGUMENT', `changes of ${JSON.stringify(name)} cannot be told: ${reason}`, {
    details: { table: name },
  });
}
