import { StoreError } from '@stepwell/core';
import type { CompiledQuery, DatabaseConnection, Dialect, QueryResult } from 'kysely';
import type { Connection } from '../connection/connection.ts';
import { fromSqliteError } from '../errors/sqlite-error.ts';
import { checkParameters, checkSqlText } from '../sql/check-sql.ts';
import { refuseConnectionStatement } from '../sql/connection-statement.ts';
import { StoreTables, type Traits } from '../sql/store-tables.ts';
import { connectionDialect } from './connection-dialect.ts';
import { runQuery, type SqlResult } from './run-query.ts';

export interface MigrationDialect {
  readonly dialect: Dialect;
  /** Nothing runs on it any more: the transaction that it would run in is another one, or none. */
  readonly end: () => void;
}

/**
 * Kysely for migrations: on the writer, inside the one transaction that holds them all. Whose migrations they are decides
 * whether they may touch the tables of the store. `name` is that of the one migration it is for.
 */
export function migrationDialect(
  connection: Connection,
  owner: 'store' | 'schema',
  name?: string,
): MigrationDialect {
  let hasEnded = false;
  const tables = owner === 'schema' ? new StoreTables(connection, { caller: 'migration' }) : undefined;
  const run = (sql: string, parameters: readonly unknown[]): SqlResult => {
    if (hasEnded) {
      throw new StoreError(
        'NOT_OPEN',
        `the migration ${name} has ended, and what it was given runs nothing any more`,
      );
    }
    checkSqlText(sql);
    refuseConnectionStatement(sql);
    checkParameters(parameters);
    const statement = connection.prepare(sql).safeIntegers();
    const runIt = (traits?: Traits): SqlResult => runQuery(statement, parameters, traits);
    return tables === undefined ? runIt() : tables.guard(sql, parameters, statement, runIt);
  };
  const own: DatabaseConnection = {
    executeQuery: async <Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> => {
      try {
        const { rows, changes, lastInsertRowid } = run(sql, parameters);
        return {
          rows: rows as Row[],
          numAffectedRows: BigInt(changes),
          ...(lastInsertRowid !== undefined && { insertId: BigInt(lastInsertRowid) }),
        };
      } catch (error) {
        throw fromSqliteError(error, 'could not migrate the schema', connection.path);
      }
    },
    streamQuery: () => {
      throw new StoreError('NOT_SUPPORTED', 'a migration cannot stream: read in pages');
    },
  };
  const dialect = connectionDialect(own, {
    transaction: () =>
      new StoreError('NOT_SUPPORTED', 'all migrations run in one transaction already; none can open its own'),
  });
  const end = (): void => {
    hasEnded = true;
  };
  return { dialect, end };
}
