import { realpathSync } from 'node:fs';
import { StoreError, toStoreError } from '@stepwell/core';
import Database from 'better-sqlite3';
import type { Connection } from './connection.ts';

/** The first release without the defect that could lose commits when the write-ahead log starts over. */
const oldestVersion = [3, 51, 3] as const;

let checked = false;

/**
 * Refuses to work beside a second copy of SQLite in this process: the operating system's file locks belong to the
 * process, so that each copy would drop the locks of the other, and a write would silently vanish.
 *
 * Looks once per process: the report costs 4 to 10 ms.
 * @throws `NOT_SUPPORTED`, naming the copies; `IO` when SQLite itself cannot be loaded
 */
export function assertOneSqlite(): void {
  if (checked) return;
  loadSqlite();
  const copies = sqliteLibraries(loadedLibraries());
  if (copies.length > 1) {
    throw new StoreError(
      'NOT_SUPPORTED',
      `this process has loaded ${copies.length} copies of SQLite, which would drop each other's file locks: ${copies.join(', ')}; ` +
        'make every dependency use the same better-sqlite3',
      { details: { copies } },
    );
  }
  checked = true;
}

/** SQLite is loaded with the first database; it has to be among the copies that are counted. */
function loadSqlite(): void {
  try {
    new Database(':memory:').close();
  } catch (error) {
    throw toStoreError(error, 'IO', 'could not load better-sqlite3');
  }
}

/** The SQLite libraries among the files that a process has loaded. */
export function sqliteLibraries(files: readonly string[]): string[] {
  const found = files.filter((file) =>
    /(^|[\\/])(lib|better_|node_)?sqlite3?[^\\/]*\.(node|so|dylib|dll)[\d.]*$/i.test(file),
  );
  return [...new Set(found.map(withoutLinks))];
}

/** @throws `NOT_SUPPORTED` for an SQLite older than 3.51.3 */
export function assertSqliteVersion(connection: Connection): void {
  const version = String(connection.tuples.get('SELECT sqlite_version()').all().flat()[0]);
  if (isSqliteSupported(version)) return;
  throw new StoreError(
    'NOT_SUPPORTED',
    `SQLite ${version} can lose commits; ${oldestVersion.join('.')} or newer is needed`,
  );
}

export function isSqliteSupported(version: string): boolean {
  const parts = version.split('.').map(Number);
  for (const [index, oldest] of oldestVersion.entries()) {
    const part = parts[index] ?? 0;
    if (part !== oldest) return part > oldest;
  }
  return true;
}

function loadedLibraries(): readonly string[] {
  // The types of Node 20 do not know the switch yet, which it has.
  const report: NodeJS.ProcessReport & { excludeNetwork?: boolean } = process.report;
  // The report would look up the names of network peers, which can take seconds.
  const { excludeNetwork = false } = report;
  report.excludeNetwork = true;
  try {
    const { sharedObjects = [] } = report.getReport() as { sharedObjects?: readonly string[] };
    return sharedObjects;
  } finally {
    report.excludeNetwork = excludeNetwork;
  }
}

function withoutLinks(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    // A library whose file was replaced since it was loaded: its name has to do.
    return file;
  }
}
