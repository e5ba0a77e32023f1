import { randomBytes } from 'node:crypto';
import { StoreError } from '@stepwell/core';
import type { Connection } from '../connection/connection.ts';
import type { SqlValue } from '../connection/sqlite-types.ts';
import type { Touch } from '../history/touched.ts';
import { type FollowedTable, followedTable } from './followed-table.ts';
import { rowId } from './row-id.ts';

/** What can happen to a row, and which key each trigger hands over. */
const events = [
  { event: 'INSERT', rows: ['new'] },
  { event: 'UPDATE', rows: ['old', 'new'] },
  { event: 'DELETE', rows: ['old'] },
] as const;

/**
 * Notes each row of the followed tables that is put or removed, whatever did it: a statement, a cascade, a REPLACE, a
 * trigger of the schema.
 *
 * The triggers are temporary: they live on the connection that writes and leave nothing in the file. They call a
 * function of this process, so that nothing is stored, and nothing has to be undone, until the commit row names it all.
 */
export class RowFollower {
  readonly #connection: Connection;
  readonly #names: readonly string[];
  /** Not a name that anybody would call by chance. */
  readonly #function = `stepwell_touched_${randomBytes(8).toString('hex')}`;
  #tables: readonly FollowedTable[] = [];
  #touch: Touch | undefined;

  /** @throws `INVALID_ARGUMENT` for a table that is not there */
  constructor(connection: Connection, names: readonly string[]) {
    this.#connection = connection;
    this.#names = names;
    requireRecursion(connection);
    connection.define(this.#function, (...values) => this.#note(values));
    this.install();
  }

  /**
   * Makes the triggers anew: a table that was dropped took its own along, and another key may name the rows.
   * @throws `INVALID_ARGUMENT` for a table that is not there any more
   */
  install(): void {
    const connection = this.#connection;
    this.#tables = this.#names.map((name) => followedTable(connection, name));
    for (const [index, table] of this.#tables.entries()) {
      for (const [kind, { event, rows }] of events.entries()) {
        const trigger = `stepwell_follow_${index}_${event.toLowerCase()}`;
        const key = rows.flatMap((row) => table.key.map((column) => `${row}.${quoted(column)}`));
        connection.exec(`DROP TRIGGER IF EXISTS temp.${trigger}`);
        connection.exec(
          `CREATE TEMP TRIGGER ${trigger} AFTER ${event} ON main.${quoted(table.name)}
          BEGIN SELECT ${this.#function}(${index}, ${kind}, ${key.join(', ')}); END`,
        );
      }
    }
  }

  /** What the rows are told to while `work` runs. */
  during<Result>(touch: Touch, work: () => Result): Result {
    this.#touch = touch;
    try {
      return work();
    } finally {
      this.#touch = undefined;
    }
  }

  #note([index, kind, ...keys]: readonly SqlValue[]): null {
    const table = this.#tables[Number(index)];
    const touch = this.#touch;
    if (table === undefined || touch === undefined) return null;
    const first = rowId(table.form, keys.slice(0, table.key.length));
    switch (events[Number(kind)]?.event) {
      case 'INSERT':
        touch(table.name, first, 'put');
        break;
      case 'DELETE':
        touch(table.name, first, 'removed');
        break;
      case 'UPDATE': {
        const second = rowId(table.form, keys.slice(table.key.length));
        // Compared as they are told: a collation may hold two spellings for one.
        if (first !== second) touch(table.name, first, 'removed');
        touch(table.name, second, 'put');
      }
    }
    return null;
  }
}

/** Without it SQLite removes the rows that a REPLACE replaces in silence. */
function requireRecursion(connection: Connection): void {
  connection.pragma('recursive_triggers = 1');
  if (connection.pragma('recursive_triggers') === 1) return;
  throw new StoreError(
    'NOT_SUPPORTED',
    'SQLite does not tell what REPLACE removes: recursive_triggers is off',
  );
}

function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}
