import { type Driver, type LockProvider, StoreError } from '@stepwell/core';
import { makeDriver } from './driver/make-driver.ts';
import type { SqliteSettings } from './driver/settings.ts';
import type { Migrations } from './migrations/migrate.ts';
import { sqlModel } from './sql/sql-model.ts';
import type { SqlOp } from './sql/sql-op.ts';
import type { SqlView } from './sql/sql-view.ts';

/** Where a database of your own schema is kept, and how. */
export interface SqliteDriverOptions extends SqliteSettings {
  /** The database file; its directory is made when it is absent. `:memory:` is refused. */
  readonly path: string;
  /**
   * What makes the schema: Kysely migrations by name, applied in the order of their names, all in one transaction.
   * A database that knows a name which is not here is `SCHEMA_TOO_NEW`. Names of tables must not begin with `stepwell_`.
   */
  readonly migrations: Migrations;
  /** Stands in the header of the file; a file with another one is refused. A positive 31-bit integer. */
  readonly applicationId?: number;
  /** Default: kernel-released locks in `<path>-locks/` beside the database. */
  readonly locks?: LockProvider;
}

/**
 * A store for any Kysely schema: readers see a read-only Kysely on a frozen state, writers submit compiled queries.
 * Declare foreign keys as immediate (SQLite's default): a deferred one is found broken at the commit, and fails the
 * whole group.
 *
 * @throws `INVALID_ARGUMENT` for an option that cannot be
 *
 * @example
 * ```ts
 * import { openStore } from '@stepwell/core';
 * import { execute, queryBuilder, sqliteDriver } from '@stepwell/sqlite-adapter';
 *
 * interface Schema {
 *   note: { id: number; text: string };
 * }
 * const db = queryBuilder<Schema>();
 * const driver = sqliteDriver<Schema>({
 *   path: 'notes/notes.db',
 *   migrations: {
 *     '0001-notes': {
 *       up: async (migration) => {
 *         await migration.schema
 *           .createTable('note')
 *           .addColumn('id', 'integer', (column) => column.primaryKey())
 *           .addColumn('text', 'text', (column) => column.notNull())
 *           .execute();
 *       },
 *     },
 *   },
 * });
 *
 * await using store = await openStore(driver);
 * await store.write([execute(db.insertInto('note').values({ id: 1, text: 'buy milk' }))]);
 * await store.withSnapshot(async ({ view }) => console.log(await view.selectFrom('note').selectAll().execute()));
 * ```
 */
export function sqliteDriver<Schema>(options: SqliteDriverOptions): Driver<SqlView<Schema>, SqlOp> {
  const { applicationId } = options;
  if (
    applicationId !== undefined &&
    !(Number.isInteger(applicationId) && applicationId > 0 && applicationId < 2 ** 31)
  ) {
    throw new StoreError(
      'INVALID_ARGUMENT',
      `applicationId must be a positive 31-bit integer, not ${applicationId}`,
    );
  }
  return makeDriver(sqlModel<Schema>(options.migrations, applicationId), options);
}
