import type { SqliteStatement } from '../connection/sqlite-types.ts';

/** What one SQL statement did. */
export interface SqlResult {
  /** What it gave: `SELECT`, or `RETURNING`. */
  readonly rows: readonly unknown[];
  /** Rows that it inserted, updated or deleted; those of triggers and cascades do not count. */
  readonly changes: number;
  /** The rowid of the row that was inserted last on this connection; absent for statements that give rows. */
  readonly lastInsertRowid?: number | bigint;
}

/** Runs a compiled statement to its end. */
export function runQuery(statement: SqliteStatement, parameters: readonly unknown[]): SqlResult {
  if (!statement.reader) {
    const { changes, lastInsertRowid } = statement.run(parameters);
    return { rows: [], changes, lastInsertRowid };
  }
  const rows = statement.all(parameters);
  // RETURNING gives one row for each that was changed.
  return { rows, changes: statement.readonly ? 0 : rows.length };
}
