import { checkOptions, type Driver, type LockProvider, type OptionShape, StoreError } from '@stepwell/core';
import { driverOptionShape, makeDriver } from './driver/make-driver.ts';
import type { SqliteSettings } from './driver/settings.ts';
import type { Migrations } from './migrations/migrate.ts';
import { sqlModel } from './sql/sql-model.ts';
import type { SqlOp } from './sql/sql-op.ts';
import type { SqlView } from './sql/sql-view.ts';

/** Where a database of your own schema is kept, and how. */
export interface SqliteDriverOptions<Schema = Record<string, unknown>> extends SqliteSettings {
  /** The database file; its directory is made when it is absent. `:memory:` is refused. */
  readonly path: string;
  /**
   * What makes the schema: Kysely migrations by name, applied in the order of their names, all in one transaction.
   * A database that knows a name which is not here is `SCHEMA_TOO_NEW`. Names of tables must not begin with `stepwell_`.
   *
   * Foreign keys are off meanwhile: a table that others refer to can be dropped and made anew, and nothing cascades. What
   * each one leaves is checked when it ends, and a row without its parent is `CONSTRAINT`; no `PRAGMA` is needed, nor
   * taken. On a store that is there already they are a commit: it has an epoch, and is a gap to who follows changes.
   */
  readonly migrations: Migrations;
  /**
   * Tables whose changes `store.changes()` tells: each commit names the rows of these that it put and removed, by their
   * primary keys, cascades and triggers included. A key of one text or integer column is named by its text or digits,
   * any other by a JSON array of its columns, such as `["eu",42]`; a table without a primary key by its rowid. Every
   * program that writes to the store must declare them: a commit of one that does not is a gap, `CURSOR_EXPIRED` to who
   * follows. Left out: the store has no `changes`, and `NOT_SUPPORTED` says so.
   */
  readonly changes?: readonly (keyof Schema & string)[];
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
export function sqliteDriver<Schema>(options: SqliteDriverOptions<Schema>): Driver<SqlView<Schema>, SqlOp> {
  const { migrations, changes, applicationId, ...rest } = checkOptions<SqliteDriverOptions>(options, shape);
  if (migrations === undefined) throw invalid('options.migrations must make the schema');
  return makeDriver(sqlModel<Schema>({ migrations, applicationId, changes: changes?.slice() }), rest);
}

const shape: OptionShape<SqliteDriverOptions> = {
  ...driverOptionShape,
  migrations: checkMigrations,
  changes: checkTableNames,
  applicationId: checkApplicationId,
};

function checkMigrations(migrations: unknown): Migrations {
  if (typeof migrations !== 'object' || migrations === null) {
    throw invalid('migrations must be an object of Kysely migrations by name');
  }
  for (const [name, migration] of Object.entries(migrations) as [string, { up?: unknown } | null][]) {
    if (name === '' || name.includes('\0') || !name.isWellFormed()) {
      throw invalid(`a migration needs a name, not ${JSON.stringify(name)}`);
    }
    if (typeof migration?.up !== 'function') throw invalid(`the migration ${name} has no up()`);
  }
  return migrations as Migrations;
}

function checkApplicationId(id: unknown): number {
  if (typeof id === 'number' && Number.isInteger(id) && id > 0 && id < 2 ** 31) return id;
  throw invalid(`applicationId must be a positive 31-bit integer, not ${String(id)}`);
}

/** Whether the schema has them is seen when it is opened. */
function checkTableNames(changes: unknown): readonly string[] {
  const names: readonly unknown[] = Array.isArray(changes) ? changes : [];
  const isList = names.length > 0 && names.every((name) => typeof name === 'string');
  if (isList && new Set(names).size === names.length) return names as readonly string[];
  throw invalid('changes must name at least one table, each once; leave it out to follow none');
}

function invalid(message: string): StoreError {
  return new StoreError('INVALID_ARGUMENT', message);
}
