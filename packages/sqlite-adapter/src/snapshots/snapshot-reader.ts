import { ViewGate } from '@stepwell/core';
import type { SqliteStatement, Tuple } from '../connection/sqlite-types.ts';
import type { StatementCache } from '../connection/statement-cache.ts';
import { fromSqliteError } from '../errors/sqlite-error.ts';
import type { FrozenState } from './frozen-state.ts';
import { RowStream } from './row-stream.ts';

/** What one snapshot may do: read its frozen state, as long as its gate is open. Every read goes through here. */
export class SnapshotReader {
  readonly gate: ViewGate = new ViewGate();
  readonly #state: FrozenState;
  /** A connection with a live iterator can neither end its transaction nor close: the end of the view ends them. */
  #streams: Set<RowStream<unknown>> | undefined;

  constructor(state: FrozenState) {
    this.#state = state;
  }

  get path(): string {
    return this.#state.connection.path;
  }

  /** The first row as a tuple. */
  get(sql: string, parameters: readonly unknown[]): Tuple | undefined {
    return this.#read(this.#state.connection.tuples, sql, (statement) => statement.get(parameters)) as
      | Tuple
      | undefined;
  }

  /** All rows as objects, and whether the statement gives any: for queries that are not ours. */
  run<Result>(sql: string, use: (statement: SqliteStatement) => Result): Result {
    return this.#read(this.#state.connection.objects, sql, use);
  }

  /** Rows as tuples, decoded, a chunk at a time (S10). */
  stream<Row>(sql: string, parameters: readonly unknown[], decode: (row: Tuple) => Row): RowStream<Row> {
    return this.#open(this.#state.connection.tuples, sql, parameters, decode);
  }

  /** Rows as objects, a chunk at a time (S10). */
  streamObjects<Row>(
    sql: string,
    parameters: readonly unknown[],
    decode: (row: object) => Row,
  ): RowStream<Row> {
    return this.#open(this.#state.connection.objects, sql, parameters, decode);
  }

  /** Ends every live stream. The gate says to their readers why. */
  endStreams(): void {
    for (const stream of this.#streams ?? []) stream.end();
    this.#streams = undefined;
  }

  #read<Result>(cache: StatementCache, sql: string, use: (statement: SqliteStatement) => Result): Result {
    this.gate.check();
    try {
      return use(cache.get(sql));
    } catch (error) {
      throw fromSqliteError(error, 'could not read the snapshot', this.path);
    }
  }

  #open<Raw, Row>(
    cache: StatementCache,
    sql: string,
    parameters: readonly unknown[],
    decode: (row: Raw) => Row,
  ): RowStream<Row> {
    const stream: RowStream<Row> = new RowStream<Row>({
      gate: this.gate,
      path: this.path,
      open: () => {
        const statement = cache.take(sql);
        const rows = statement.iterate(parameters);
        this.#streams ??= new Set();
        this.#streams.add(stream);
        return { statement, rows };
      },
      decode: decode as (row: unknown) => Row,
      close: (statement) => {
        this.#streams?.delete(stream);
        cache.giveBack(sql, statement);
      },
    });
    return stream;
  }
}
