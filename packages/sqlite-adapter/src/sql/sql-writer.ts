import { StoreError } from '@stepwell/core';
import type { Connection } from '../connection/connection.ts';
import type { OpWriter } from '../driver/model.ts';
import { fromSqliteError } from '../errors/sqlite-error.ts';
import type { Touch } from '../history/touched.ts';
import { runQuery, type SqlResult } from '../kysely/run-query.ts';
import { isSchemaStatement } from './connection-statement.ts';
import { RowFollower } from './row-follower.ts';
import type { SqlOp } from './sql-op.ts';
import { StoreTables } from './store-tables.ts';

/** Applies SQL ops; statements of one text are compiled once. */
export class SqlWriter implements OpWriter<SqlOp> {
  readonly follows: readonly string[];
  readonly #connection: Connection;
  readonly #tables: StoreTables;
  readonly #follower: RowFollower | undefined;

  /** @throws `INVALID_ARGUMENT` for a table that is to be followed and is not there */
  constructor(connection: Connection, follows: readonly string[] = []) {
    this.#connection = connection;
    this.#tables = new StoreTables(connection);
    this.follows = follows;
    this.#follower = follows.length > 0 ? new RowFollower(connection, follows) : undefined;
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
    this.#tables.rolledBack();
    this.#follower?.rolledBack();
  }

  #run({ sql, parameters }: SqlOp['query'], touch: Touch): SqlResult {
    const follower = this.#follower;
    try {
      const statement = this.#connection.objects.get(sql);
      const run = (): SqlResult =>
        this.#tables.guard(sql, parameters, statement, () => runQuery(statement, parameters));
      if (follower === undefined) return run();
      const result = follower.during(touch, run);
      if (isSchemaStatement(sql)) follower.schemaChanged();
      return result;
    } catch (error) {
      throw fromSqliteError(error, `could not execute ${sql}`, this.#connection.path);
    }
  }
}
