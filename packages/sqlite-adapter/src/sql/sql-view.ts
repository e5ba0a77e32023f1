import { StoreError } from '@stepwell/core';
import { type CompiledQuery, type DatabaseConnection, Kysely, type QueryResult } from 'kysely';
import { boundParameters } from '../kysely/bound-parameters.ts';
import { connectionDialect } from '../kysely/connection-dialect.ts';
import { exactIntegers } from '../kysely/exact-integers.ts';
import { runQuery } from '../kysely/run-query.ts';
import type { RowStream } from '../snapshots/row-stream.ts';
import type { SnapshotReader } from '../snapshots/snapshot-reader.ts';
import { checkParameters, checkSqlText } from './check-sql.ts';
import { refuseConnectionStatement } from './connection-statement.ts';

/** What of Kysely changes data, or the connection. */
type Writing =
  | 'insertInto'
  | 'replaceInto'
  | 'updateTable'
  | 'deleteFrom'
  | 'mergeInto'
  | 'schema'
  | 'transaction'
  | 'startTransaction'
  | 'connection'
  | 'destroy';

/**
 * S4: Kysely on one snapshot. What would write is not there; where it is reached all the same, by raw SQL, it fails
 * with `READ_ONLY`. Streams hold one chunk at a time, and any number of them may run at once.
 */
export type SqlView<Schema> = Omit<Kysely<Schema>, Writing>;

export function sqlView<Schema>(reader: SnapshotReader): SqlView<Schema> {
  return new Kysely<Schema>({
    dialect: connectionDialect(snapshotConnection(reader), {
      transaction: () =>
        new StoreError('READ_ONLY', 'a snapshot is one state already: it has no transactions'),
      destroy: () =>
        new StoreError('INVALID_ARGUMENT', 'a view ends with its snapshot: close that instead of the view'),
    }),
  });
}

function snapshotConnection(reader: SnapshotReader): DatabaseConnection {
  return {
    executeQuery: async <Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> => {
      checkQuery(sql, parameters);
      const { rows } = reader.run(sql, (statement) => runQuery(statement, parameters));
      return { rows: rows as Row[] };
    },
    // One row per result, whatever chunk is asked for: Kysely hands out the rows of a result without asking again, and
    // after the end of the snapshot not one may come (S4). What is read from SQLite at a time is our own chunk.
    streamQuery: <Row>({ sql, parameters }: CompiledQuery): RowStream<QueryResult<Row>> => {
      checkQuery(sql, parameters);
      return reader.streamObjects(sql, boundParameters(parameters), (row) => ({
        rows: [exactIntegers(row) as Row],
      }));
    },
  };
}

/** @throws `INVALID_ARGUMENT` */
function checkQuery(sql: string, parameters: readonly unknown[]): void {
  checkSqlText(sql);
  refuseConnectionStatement(sql);
  checkParameters(parameters);
}
