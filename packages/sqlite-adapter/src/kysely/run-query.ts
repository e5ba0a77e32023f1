import type { SqliteStatement } from '../connection/sqlite-types.ts';
import { boundParameters } from './bound-parameters.ts';
import { exactInteger, exactIntegers } from './exact-integers.ts';

/** What one SQL statement did. */
export interface SqlResult {
  /** What it gave: `SELECT`, or `RETURNING`. Integers beyond 2^53 - 1 are `bigint`, so that none is changed. */
  readonly rows: readonly unknown[];
  /** Rows that it inserted, updated or deleted; those of triggers and cascades do not count. */
  readonly changes: number;
  /**
   * After an `INSERT`: the rowid of the last row, a `bigint` beyond 2^53 - 1. Absent where no row was inserted under a
   * rowid: an update, a delete, an insert that was ignored, a table WITHOUT ROWID; and where that cannot be told: an
   * upsert, which may be an update. Absent too for statements that give rows: there `RETURNING` says it better.
   */
  readonly lastInsertRowid?: number | bigint;
}

/**
 * Runs a compiled statement to its end. Its integers are expected to come as `bigint`. Without `insertsByRowid`, what
 * SQLite calls the last rowid is that of some statement before.
 */
export function runQuery(
  statement: SqliteStatement,
  parameters: readonly unknown[],
  { insertsByRowid = false }: { readonly insertsByRowid?: boolean } = {},
): SqlResult {
  const bound = boundParameters(parameters);
  if (!statement.reader) {
    const { changes, lastInsertRowid } = statement.run(bound);
    if (!insertsByRowid || changes === 0) return { rows: [], changes };
    return { rows: [], changes, lastInsertRowid: exactInteger(lastInsertRowid) };
  }
  const rows = statement.all(bound) as object[];
  for (const row of rows) exactIntegers(row);
  // RETURNING gives one row for each that was changed.
  return { rows, changes: statement.readonly ? 0 : rows.length };
}
