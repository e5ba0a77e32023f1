import { dirname } from 'node:path';
import {
  assertLocalFiles,
  bootId,
  type FileSystemLookup,
  refuseHardLinks,
  StoreError,
  uuidv7,
} from '@stepwell/core';
import type { Connection } from '../connection/connection.ts';
import { assertSqliteVersion } from '../connection/one-sqlite.ts';
import { openReader, openWriter } from '../connection/open-connection.ts';
import type { PragmaSettings } from '../connection/pragmas.ts';
import { retryBusy } from '../connection/retry-busy.ts';
import { appendMigration } from '../history/append-migration.ts';
import { type Migrations, migrate } from '../migrations/migrate.ts';
import { compareSchema, readSchemaVersion, type WantedSchema } from '../migrations/schema-version.ts';
import { storeMigrations } from '../migrations/store-migrations.ts';
import { makeDirectory } from './make-directory.ts';
import { assertFile, assertWhole, assertWritable, isEmpty } from './open-checks.ts';
import { openError } from './open-error.ts';

export interface DatabaseOptions {
  readonly path: string;
  readonly applicationId: number;
  readonly migrations: Migrations;
  readonly pragmas: PragmaSettings;
  /** Milliseconds. */
  readonly busyWait: number;
  /** Whether the owner answers for files on a network file system. */
  readonly networkFiles: boolean;
  /** Whether to make a store where there is none. */
  readonly create: boolean;
  /** Stands in for the system's own answer. */
  readonly fileSystemType?: FileSystemLookup;
}

/**
 * S6: opens what is there for reading.
 * @throws `NOT_FOUND SCHEMA_TOO_NEW READ_ONLY CORRUPT NOT_SUPPORTED INVALID_ARGUMENT IO BUSY`
 */
export async function openForReading(options: DatabaseOptions): Promise<Connection> {
  const { path } = options;
  assertFile(path);
  // A writer that was killed while it made the file leaves an empty one: nothing was stored yet.
  if (isEmpty(path)) throw notFound(path);
  checkFileSystem(options);
  const connection = await open(options, 'read');
  try {
    const found = await attempt(options, 'read', () => readSchemaVersion(connection));
    const version = compareSchema(path, found, wantedSchema(options));
    // A writer that was killed while it made the schema leaves none.
    if (found.store.length === 0) throw notFound(path);
    assertWhole(connection);
    if (version === 'current') return connection;
    throw new StoreError(
      'READ_ONLY',
      `${path} was written by an older version of this software: open it once for writing, to bring it up to date`,
      {
        details: { path },
      },
    );
  } catch (error) {
    connection.close();
    throw error;
  }
}

/**
 * S7: opens for writing what is there, or makes it. Under the writer lock. SQLite itself replays or drops what a crash
 * has left in its log, when the database is first read. `now` is the clock of the store, milliseconds since the Unix epoch.
 * @throws `SCHEMA_TOO_NEW READ_ONLY CORRUPT NOT_SUPPORTED INVALID_ARGUMENT IO NO_SPACE BUSY`
 */
export async function openForWriting(
  options: DatabaseOptions,
  now: () => number = Date.now,
): Promise<Connection> {
  const { path } = options;
  checkFileSystem(options);
  if (!options.create && isEmpty(path)) throw notFound(path);
  makeDirectory(dirname(path));
  assertFile(path);
  refuseHardLinks(path);
  assertWritable(path);
  await inspect(options);
  const connection = await open(options, 'write');
  try {
    await prepareSchema(connection, options, now);
    return connection;
  } catch (error) {
    // First, while the files are as they were when it happened: closing drops the log.
    const reason = openError(error, path, 'write');
    connection.close();
    throw reason;
  }
}

/** Looks at an existing file through a connection that cannot write: one that is not ours is left as it is, to the byte. */
async function inspect(options: DatabaseOptions): Promise<void> {
  if (isEmpty(options.path)) return;
  const connection = await open(options, 'read');
  try {
    const found = await attempt(options, 'write', () => readSchemaVersion(connection));
    compareSchema(options.path, found, wantedSchema(options));
    if (!options.create && found.store.length === 0) throw notFound(options.path);
    assertWhole(connection);
  } finally {
    connection.close();
  }
}

async function prepareSchema(
  connection: Connection,
  options: DatabaseOptions,
  now: () => number,
): Promise<void> {
  // Whatever is named here survives power loss: a follower writes the name of the store down next.
  connection.exec('PRAGMA synchronous = FULL');
  // Not within the transaction, where SQLite would not take it: see migrate(). What fails closes the connection.
  connection.exec('PRAGMA foreign_keys = OFF');
  await attempt(options, 'write', () => connection.begin());
  const found = readSchemaVersion(connection);
  const version = compareSchema(options.path, found, wantedSchema(options));
  const isNew = found.store.length === 0;
  if (version === 'behind') {
    const applied = await migrate(connection, options.applicationId, options.migrations);
    // What makes the store is before its first commit.
    if (!isNew) appendMigration(connection, now(), applied);
  }
  if (isNew) nameStore(connection);
  nameLineage(connection);
  connection.commit();
  connection.exec('PRAGMA foreign_keys = ON');
  connection.exec('PRAGMA synchronous = NORMAL');
}

/** Once, in the transaction that makes the store: one that has lost its name must not get another. */
function nameStore(connection: Connection): void {
  connection.tuples.get("INSERT INTO stepwell_meta (key, value) VALUES ('store', ?)").run([uuidv7()]);
}

/**
 * S3: after a reboot what was not synced may be gone, and its epochs may come again with other contents; in a copy
 * that was restored they surely will. So the lineage lasts as long as the boot that it was named in.
 */
function nameLineage(connection: Connection): void {
  const boot = bootId();
  const known = connection.tuples.get("SELECT value FROM stepwell_meta WHERE key = 'boot'").get() as
    | [string]
    | undefined;
  if (known?.[0] === boot) return;
  const set = connection.tuples.get(
    'INSERT INTO stepwell_meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  );
  set.run(['lineage', uuidv7()]);
  set.run(['boot', boot]);
}

async function open(options: DatabaseOptions, mode: 'read' | 'write'): Promise<Connection> {
  const { path, pragmas } = options;
  const connection = await attempt(options, mode, () =>
    mode === 'read' ? openReader(path, pragmas) : openWriter(path, pragmas),
  );
  try {
    assertSqliteVersion(connection);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** Others hold SQLite's own locks for moments: while they recover the log, or drop it at their close. */
async function attempt<Result>(
  options: DatabaseOptions,
  mode: 'read' | 'write',
  act: () => Result,
): Promise<Result> {
  try {
    return await retryBusy(act, {
      wait: options.busyWait,
      doing: 'could not open the database',
      path: options.path,
    });
  } catch (error) {
    throw error instanceof StoreError && error.cause !== undefined
      ? openError(error.cause, options.path, mode)
      : error;
  }
}

function checkFileSystem({ path, networkFiles, fileSystemType }: DatabaseOptions): void {
  if (!networkFiles) assertLocalFiles(dirname(path), fileSystemType);
}

function wantedSchema({ applicationId, migrations }: DatabaseOptions): WantedSchema {
  return {
    applicationId,
    store: Object.keys(storeMigrations).sort(),
    schema: Object.keys(migrations).sort(),
  };
}

function notFound(path: string): StoreError {
  return new StoreError('NOT_FOUND', `there is no store at ${path}`, { details: { path } });
}
