import { isStoreError, StoreError } from '@stepwell/core';
import { Kysely, type Migration, type MigrationResult, Migrator } from 'kysely';
import type { Connection } from '../connection/connection.ts';
import { crashPoint } from '../crash-points.ts';
import { migrationDialect } from '../kysely/migration-dialect.ts';
import { migrationTables } from './schema-version.ts';
import { storeMigrations } from './store-migrations.ts';

/** The migrations of a schema by name; they are applied in the order of their names. */
export type Migrations = Readonly<Record<string, Migration>>;

/**
 * Brings the database to the newest schema, in the transaction that is open on `connection`: a database is never
 * between two versions. `user_version` counts the applied migrations, for people who look at the file.
 */
export async function migrate(
  connection: Connection,
  applicationId: number,
  schema: Migrations,
): Promise<void> {
  crashPoint('sqlite:migrate.before');
  await run(connection, 'store', storeMigrations);
  await run(connection, 'schema', schema);
  const count = Object.keys(storeMigrations).length + Object.keys(schema).length;
  connection.pragma(`application_id = ${applicationId}`);
  connection.pragma(`user_version = ${count}`);
  crashPoint('sqlite:migrate.applied');
}

async function run(
  connection: Connection,
  owner: keyof typeof migrationTables,
  migrations: Migrations,
): Promise<void> {
  const table = migrationTables[owner];
  const db = new Kysely<unknown>({ dialect: migrationDialect(connection, owner) });
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...migrations }) },
    migrationTableName: table,
    migrationLockTableName: `${table}_lock`,
  });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error !== undefined) throw migrationError(error, results);
}

/** A migration that throws is wrong, whatever it throws; what SQLite refuses keeps its code. */
function migrationError(error: unknown, results: readonly MigrationResult[]): StoreError {
  const failed = results.find(({ status }) => status === 'Error')?.migrationName;
  const reason = error instanceof Error ? error.message : String(error);
  const message = failed === undefined ? reason : `the migration ${failed} failed: ${reason}`;
  const code = isStoreError(error) ? error.code : 'INVALID_ARGUMENT';
  return new StoreError(code, message, { cause: error, details: { migration: failed } });
}
