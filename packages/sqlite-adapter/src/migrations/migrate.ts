import { isStoreError, StoreError } from '@stepwell/core';
import { Kysely, type Migration, type MigrationResult, Migrator } from 'kysely';
import type { Connection } from '../connection/connection.ts';
import { crashPoint } from '../crash-points.ts';
import { migrationDialect } from '../kysely/migration-dialect.ts';
import { assertReferences } from './references.ts';
import { migrationTables } from './schema-version.ts';
import { storeMigrations } from './store-migrations.ts';

/** The migrations of a schema by name; they are applied in the order of their names. */
export type Migrations = Readonly<Record<string, Migration>>;

/** How many migrations a database has seen that is up to date with `schema`: its `user_version`. */
export function countMigrations(schema: Migrations): number {
  return Object.keys(storeMigrations).length + Object.keys(schema).length;
}

/**
 * Brings the database to the newest schema, in the transaction that is open on `connection`: a database is never
 * between two versions. `user_version` counts the applied migrations: for people who look at the file, and for a writer
 * that was open before, see `SchemaGuard`. Answers the names of those that it applied.
 *
 * Foreign keys are to be off: a table that is rebuilt is dropped, and would take its children along. What each migration
 * leaves is checked instead.
 */
export async function migrate(
  connection: Connection,
  applicationId: number,
  schema: Migrations,
): Promise<readonly string[]> {
  crashPoint('sqlite:migrate.before');
  const applied = [
    ...(await run(connection, 'store', storeMigrations)),
    ...(await run(connection, 'schema', schema)),
  ];
  connection.pragma(`application_id = ${applicationId}`);
  connection.pragma(`user_version = ${countMigrations(schema)}`);
  crashPoint('sqlite:migrate.applied');
  return applied;
}

async function run(
  connection: Connection,
  owner: keyof typeof migrationTables,
  migrations: Migrations,
): Promise<readonly string[]> {
  const table = migrationTables[owner];
  const { dialect } = migrationDialect(connection, owner);
  const guarded = Object.entries(migrations).map(([name, migration]): [string, Migration] => [
    name,
    { up: () => runOne(connection, owner, name, migration) },
  ]);
  const migrator = new Migrator({
    db: new Kysely<unknown>({ dialect }),
    provider: { getMigrations: async () => Object.fromEntries(guarded) },
    migrationTableName: table,
    migrationLockTableName: `${table}_lock`,
  });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error !== undefined) throw migrationError(error, results);
  return results.map(({ migrationName }) => migrationName);
}

/** On a handle of its own, which is dead once it has ended: the connection goes on to write groups. */
async function runOne(
  connection: Connection,
  owner: keyof typeof migrationTables,
  name: string,
  migration: Migration,
): Promise<void> {
  const { dialect, end } = migrationDialect(connection, owner, name);
  try {
    await migration.up(new Kysely<unknown>({ dialect }));
  } finally {
    end();
  }
  assertReferences(connection);
}

/** A migration that throws is wrong, whatever it throws; what SQLite refuses keeps its code. */
function migrationError(error: unknown, results: readonly MigrationResult[]): StoreError {
  const failed = results.find(({ status }) => status === 'Error')?.migrationName;
  const reason = error instanceof Error ? error.message : String(error);
  const message = failed === undefined ? reason : `the migration ${failed} failed: ${reason}`;
  const [code, details] = isStoreError(error) ? [error.code, error.details] : ['INVALID_ARGUMENT' as const];
  return new StoreError(code, message, { cause: error, details: { ...details, migration: failed } });
}
