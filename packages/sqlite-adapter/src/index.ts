/**
 * Stepwell on SQLite: records, and any other Kysely schema, with snapshots, group commit and crash safety.
 *
 * @packageDocumentation
 */

export { type SqliteCrashPoint, sqliteCrashPoints } from './crash-points.ts';
export type { SqliteSettings } from './driver/settings.ts';
export { type SqliteRecordsOptions, sqliteRecords } from './sqlite-records.ts';
