import { StoreError } from '@stepwell/core';
import type { Connection } from '../connection/connection.ts';

/** Where the names of the applied migrations are kept, by whose they are. */
export const migrationTables = { store: 'stepwell_store_migrations', schema: 'stepwell_migrations' } as const;

/** What a database says it is, before anything in it is trusted. */
export interface SchemaVersion {
  readonly applicationId: number;
  /** How many migrations it says it has seen; 0 where nobody counted. */
  readonly userVersion: number;
  /** Names of the migrations that have been applied, in order. Both empty: no store is in it yet. */
  readonly store: readonly string[];
  readonly schema: readonly string[];
  /** Whether it holds anything at all. */
  readonly isEmpty: boolean;
}

/** What the code wants a database to be. */
export interface WantedSchema {
  readonly applicationId: number;
  readonly store: readonly string[];
  readonly schema: readonly string[];
}

/** Reads what a database is, at one moment: somebody may be making it. Changes nothing. */
export function readSchemaVersion(connection: Connection): SchemaVersion {
  if (connection.inTransaction) return readParts(connection);
  connection.exec('BEGIN');
  try {
    return readParts(connection);
  } finally {
    connection.rollback();
  }
}

function readParts(connection: Connection): SchemaVersion {
  return {
    applicationId: Number(connection.pragma('application_id')),
    userVersion: Number(connection.pragma('user_version')),
    store: appliedMigrations(connection, migrationTables.store),
    schema: appliedMigrations(connection, migrationTables.schema),
    isEmpty: connection.tuples.get('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined,
  };
}

/**
 * How the database stands to the code: `'current'`, or `'behind'` when migrations are to be applied.
 * @throws `SCHEMA_TOO_NEW`; `INVALID_ARGUMENT` for the database of another program
 */
export function compareSchema(
  path: string,
  found: SchemaVersion,
  wanted: WantedSchema,
): 'current' | 'behind' {
  const stranger = strangeness(found, wanted);
  if (stranger !== undefined) {
    throw new StoreError(
      'INVALID_ARGUMENT',
      `${path} is the database of another program (${stranger}); it was left untouched`,
      { details: { path, applicationId: found.applicationId } },
    );
  }
  const unknown = [...unknownNames(found.store, wanted.store), ...unknownNames(found.schema, wanted.schema)];
  const known = wanted.store.length + wanted.schema.length;
  if (found.userVersion > known) unknown.push(`version ${found.userVersion} of ${known}`);
  if (unknown.length > 0) {
    throw new StoreError(
      'SCHEMA_TOO_NEW',
      `${path} was written by a newer version of this software (${unknown.join(', ')}); it was left untouched: update, then open it again`,
      { details: { path, unknown } },
    );
  }
  const lost = lostMigrations(found);
  if (lost !== undefined) {
    throw new StoreError('CORRUPT', `${path} ${lost}; it was left untouched: put a backup in its place`, {
      details: { path },
    });
  }
  const isComplete =
    found.store.length === wanted.store.length && found.schema.length === wanted.schema.length;
  return isComplete ? 'current' : 'behind';
}

/** What tells that somebody else made it: the mark in its header, or tables that are none of a store. */
function strangeness(found: SchemaVersion, wanted: WantedSchema): string | undefined {
  const { applicationId, store, schema, isEmpty } = found;
  if (applicationId === wanted.applicationId) return undefined;
  if (applicationId !== 0) return `application id 0x${applicationId.toString(16)}`;
  return store.length + schema.length === 0 && !isEmpty ? 'it holds tables, and none of a store' : undefined;
}

/** The count in the header and the names in the tables were written together: fewer names than that were lost. */
function lostMigrations({ userVersion, store, schema }: SchemaVersion): string | undefined {
  const applied = store.length + schema.length;
  if (applied < userVersion) {
    return `knows ${applied} of the ${userVersion} migrations that were applied to it: ${Object.values(migrationTables).join(' or ')} is damaged`;
  }
  if (store.length === 0 && schema.length > 0) return `has lost the table ${migrationTables.store}`;
  return undefined;
}

function unknownNames(found: readonly string[], known: readonly string[]): string[] {
  return found.filter((name) => !known.includes(name));
}

function appliedMigrations(connection: Connection, table: string): readonly string[] {
  const exists = connection.tuples
    .get("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?")
    .get([table]);
  if (exists === undefined) return [];
  return connection.tuples.get(`SELECT name FROM ${table} ORDER BY name`).all().flat() as string[];
}
