/**
 * Stepwell on SQLite: records, and any other Kysely schema, with snapshots, group commit and crash safety.
 *
 * @packageDocumentation
 */

export { type SqliteCrashPoint, sqliteCrashPoints } from './crash-points.ts';
export { type SqliteSettings, sqliteSettingsShape } from './driver/settings.ts';
export { queryBuilder } from './kysely/query-builder.ts';
export type { SqlResult } from './kysely/run-query.ts';
export type { Migrations } from './migrations/migrate.ts';
export { type ExecuteOptions, type Expectation, execute, type SqlOp } from './sql/sql-op.ts';
export type { SqlView } from './sql/sql-view.ts';
export { type SqliteDriverOptions, sqliteDriver } from './sqlite-driver.ts';
export { type SqliteRecordsOptions, sqliteRecords } from './sqlite-records.ts';
