import { checkOptions, type Driver, type LockProvider, type RecordOp, type RecordView } from '@stepwell/core';
import { driverOptionShape, makeDriver } from './driver/make-driver.ts';
import type { SqliteSettings } from './driver/settings.ts';
import { recordModel } from './records/record-model.ts';

/** Where records are kept, and how. */
export interface SqliteRecordsOptions extends SqliteSettings {
  /** The database file; its directory is made when it is absent. `:memory:` is refused: see testkit's memory backend. */
  readonly path: string;
  /** Default: kernel-released locks in `<path>-locks/` beside the database. */
  readonly locks?: LockProvider;
}

/**
 * Executions, steps, artifacts and facts in one SQLite database: a driver for `openStore`, `openReader` and `combine`.
 *
 * @throws `INVALID_ARGUMENT` for an option that cannot be
 *
 * @example
 * ```ts
 * import { openStore, putExecution } from '@stepwell/core';
 * import { sqliteRecords } from '@stepwell/sqlite-adapter';
 *
 * await using store = await openStore(sqliteRecords({ path: '.stepwell/records.db' }));
 * await store.write([putExecution({ id: 'run-1', name: 'nightly', createdAt: Date.now() })]);
 * await store.withSnapshot(async ({ view }) => console.log(await view.get('execution', 'run-1')));
 * ```
 */
export function sqliteRecords(options: SqliteRecordsOptions): Driver<RecordView, RecordOp> {
  return makeDriver(recordModel, checkOptions<SqliteRecordsOptions>(options, driverOptionShape));
}
