import type { Connection } from '../../connection/connection.ts';

/** Rows per index that are looked at: an estimate of them all, in bounded time. */
const analysedRows = 1_000;

/** Refreshes what the planner knows, also of tables that were never asked about (0x10000). */
export function optimize(connection: Connection): undefined {
  connection.exec(`PRAGMA analysis_limit = ${analysedRows}`);
  connection.exec('PRAGMA optimize = 0x10002');
}
