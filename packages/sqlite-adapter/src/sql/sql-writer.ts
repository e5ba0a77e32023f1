import { StoreError } from '@stepwell/core';
import type { Connection } from '../connection/connection.ts';
import type { OpWriter } from '../driver/model.ts';
import { fromSqliteError } from '../errors/sqlite-error.ts';
import { runQuery, type SqlResult } from '../kysely/run-query.ts';
import type { SqlOp } from './sql-op.ts';

/** Applies SQL ops; statements of one text are compiled once. */
export class SqlWriter implements OpWriter<SqlOp> {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  apply({ query, expect }: SqlOp): SqlResult {
    const result = this.#run(query.sql, query.parameters);
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
    // Nothing is remembered between statements.
  }

  #run(sql: string, parameters: readonly unknown[]): SqlResult {
    try {
      return runQuery(this.#connection.objects.get(sql), parameters);
    } catch (error) {
      throw fromSqliteError(error, `could not execute ${sql}`, this.#connection.path);
    }
  }
}
