import { StoreError } from '@stepwell/core';
import type { CompiledQuery, DatabaseConnection, Dialect, QueryResult } from 'kysely';
import type { Connection } from '../connection/connection.ts';
import { fromSqliteError } from '../errors/sqlite-error.ts';
import { connectionDialect } from './connection-dialect.ts';
import { runQuery } from './run-query.ts';

/** Kysely for migrations: on the writer, inside the one transaction that holds them all. */
export function migrationDialect(connection: Connection): Dialect {
  const own: DatabaseConnection = {
    executeQuery: async <Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> => {
      try {
        const { rows, changes, lastInsertRowid } = runQuery(connection.prepare(sql), parameters);
        return {
          rows: rows as Row[],
          numAffectedRows: BigInt(changes),
          insertId: BigInt(lastInsertRowid ?? 0),
        };
      } catch (error) {
        throw fromSqliteError(error, 'could not migrate the schema', connection.path);
      }
    },
    streamQuery: () => {
      throw new StoreError('NOT_SUPPORTED', 'a migration cannot stream: read in pages');
    },
  };
  return connectionDialect(
    own,
    () =>
      new StoreError('NOT_SUPPORTED', 'all migrations run in one transaction already; none can open its own'),
  );
}
