import { spawnSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { databaseIn, openDriver } from '../fixtures/open-driver.ts';
import { sqliteRecords } from '../index.ts';
import { isSqliteSupported, sqliteLibraries } from './one-sqlite.ts';

test('two copies of SQLite in one process are refused, both named, before any lock is asked for', async () => {
  await using place = await databaseIn('copies');
  const original = join(
    dirname(createRequire(import.meta.url).resolve('better-sqlite3/package.json')),
    'build/Release/better_sqlite3.node',
  );
  const copy = place.workspace.within('better_sqlite3.node');
  copyFileSync(original, copy);
  const script = `
    import { createRequire } from 'node:module';
    import { sqliteRecords } from '@stepwell/sqlite-adapter';
    createRequire(${JSON.stringify(place.path)})(process.argv[1]);
    try {
      sqliteRecords({ path: ${JSON.stringify(place.path)} });
      console.log('made');
    } catch (error) {
      console.log(error.code, error.details.copies.length);
    }`;
  const load = (file: string): string =>
    spawnSync(process.execPath, ['--input-type=module', '--eval', script, file], {
      encoding: 'utf8',
    }).stdout.trim();
  expect(load(copy)).toBe('NOT_SUPPORTED 2');
  expect(load(original)).toBe('made');
});

test('they are looked for once per process, not at each open', async () => {
  await using place = await databaseIn('copies');
  sqliteRecords({ path: place.path });
  const look = vi.spyOn(process.report, 'getReport');
  onTestFinished(() => look.mockRestore());
  for (const mode of ['write', 'read'] as const) {
    await using store = await openDriver(sqliteRecords({ path: place.path }), mode);
    expect(store.epoch).toBe(0);
  }
  expect(look).not.toHaveBeenCalled();
});

test('what counts as a copy of SQLite', () => {
  const libraries = [
    '/a/node_modules/better-sqlite3/build/Release/better_sqlite3.node',
    '/b/node_sqlite3.node',
    '/usr/lib/libsqlite3.so.0.8.6',
    'C:\\x\\sqlite3.dll',
  ];
  const others = ['/usr/lib/libc.so.6', '/home/sqlite/libm.so', '/a/sqlite-notes.txt', '/b/presqlite.js'];
  expect(sqliteLibraries([...libraries, ...others, ...libraries])).toEqual(libraries);
});

test('SQLite below 3.51.3 is refused', () => {
  expect(['3.51.3', '3.52.0', '3.53.2', '4.0.0'].every(isSqliteSupported)).toBe(true);
  expect(['3.51.2', '3.45.0', '2.9.9', '3'].some(isSqliteSupported)).toBe(false);
});
