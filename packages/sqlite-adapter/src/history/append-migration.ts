import type { Connection } from '../connection/connection.ts';

/** Stands among what a commit put. No table can be followed that bears such a name, and no kind of record does. */
export const migrationsKind = 'stepwell_migrations';

const appendSql = `
  INSERT INTO stepwell_commits (epoch, at, put, marks)
  SELECT coalesce(max(epoch), 0) + 1, ?, ?, (SELECT marks FROM stepwell_commits ORDER BY epoch DESC LIMIT 1)
  FROM stepwell_commits`;

/**
 * Writes the row of a migration, within its transaction: what it changed is a commit like any other (S3, S4), or a
 * reader would take the new state for the old one. It names no rows, since a migration may touch all of them: whoever
 * follows starts over, see `followCommits`. `at` is in milliseconds since the Unix epoch.
 */
export function appendMigration(connection: Connection, at: number, names: readonly string[]): void {
  connection.prepare(appendSql).run([at, JSON.stringify({ [migrationsKind]: names })]);
}
