import type { SqliteStatement } from '../connection/sqlite-types.ts';
import { exactInteger, exactIntegers } from './exact-integers.ts';

/** What one SQL statement did. */
export interface SqlResult {
  /** What it gave: `SELECT`, or `RETURNING`. Integers beyond 2^53 - 1 are `bigint`, so that none is changed. */
  readonly rows: readonly unknown[];
  /** Rows that it inserted, updated or deleted; those of triggers and cascades do not count. */
  readonly changes: number;
  /**
   * After an `INSERT`: the rowid of the last row, a `bigint` beyond 2^53 - 1. Otherwise what SQLite remembers from before.
   * Absent for statements that give rows: there `RETURNING` says it better.
   */
  readonly lastInsertRowid?: number | bigint;
}

/** Runs a compiled statement to its end. Its integers are expected to come as `bigint`. */
export function runQuery(statement: SqliteStatement, parameters: readonly unknown[]): SqlResult {
  if (!statement.reader) {
    const { changes, lastInsertRowid } = statement.run(parameters);
    return { rows: [], changes, lastInsertRowid: exactInteger(lastInsertRowid) };
  }
  const rows = statement.all(parameters) as object[];
  for (const row of rows) exactIntegers(row);
  // RETURNING gives one row for each that was changed.
  return { rows, changes: statement.readonly ? 0 : rows.length };
}
