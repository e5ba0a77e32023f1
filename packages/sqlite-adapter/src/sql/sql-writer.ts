import { StoreError } from '@stepwell/core';
import type { Connection } from '../connection/connection.ts';
import type { OpWriter } from '../driver/model.ts';
import { fromSqliteError } from '../errors/sqlite-error.ts';
import type { Touch } from '../history/touched.ts';
import { runQuery, type SqlResult } from '../kysely/run-query.ts';
import { RowFollower } from './row-follower.ts';
import { SchemaWatch } from './schema-watch.ts';
import type { SqlOp } from './sql-op.ts';
import { StoreTables } from './store-tables.ts';

/** Applies SQL ops; statements of one text are compiled once. */
export class SqlWriter implements OpWriter<SqlOp> {
  readonly follows: readonly string[];
  readonly #connection: Connection;
  readonly #tables: StoreTables;
  readonly #follower: RowFollower | undefined;
  readonly #schema: SchemaWatch;
  /** That of the group that is being applied, once its schema has been looked at. */
  #touch: Touch | undefined;

  /** @throws `INVALID_ARGUMENT` for a table that is to be followed and is not there */
  constructor(connection: Connection, follows: readonly string[] = []) {
    this.#connection = connection;
    this.#tables = new StoreTables(connection, { onSchemaChange: () => this.#schemaChanged() });
    this.follows = follows;
    this.#follower = follows.length > 0 ? new RowFollower(connection, follows) : undefined;
    this.#schema = new SchemaWatch(connection);
  }

  apply({ query, expect }: SqlOp, touch: Touch): SqlResult {
    const result = this.#run(query, touch);
    if (expect !== undefined && result.changes !== expect.changes) {
      throw new StoreError(
        'CONSTRAINT',
        `the statement changed ${result.changes} rows, not ${expect.changes}: ${query.sql}`,
        {
          details: { expected: expect.changes, actual: result.changes },
        },
      );
    }
    return result;
  }

  rolledBack(): void {
    this.#touch = undefined;
  }

  #schemaChanged(): void {
    this.#tables.schemaChanged();
    this.#follower?.install();
    this.#schema.remember();
  }

  #run({ sql, parameters }: SqlOp['query'], touch: Touch): SqlResult {
    const follower = this.#follower;
    try {
      if (touch !== this.#touch) {
        if (this.#schema.hasChanged) this.#schemaChanged();
        this.#touch = touch;
      }
      const statement = this.#connection.objects.get(sql);
      const run = (): SqlResult =>
        this.#tables.guard(sql, parameters, statement, (traits) => runQuery(statement, parameters, traits));
      return follower === undefined ? run() : follower.during(touch, run);
    } catch (error) {
      throw fromSqliteError(error, `could not execute ${sql}`, this.#connection.path);
    }
  }
}
