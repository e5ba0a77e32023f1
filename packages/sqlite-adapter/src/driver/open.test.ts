import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { putExecution, toArray } from '@stepwell/core';
import { expect, test } from 'vitest';
import { databaseIn, openDriver } from '../fixtures/open-driver.ts';
import { withSqlite } from '../fixtures/sqlite.ts';
import { sqliteRecords } from '../index.ts';

const run = putExecution({ id: 'a', name: 'a', createdAt: 0 });

test('S6: a reader makes nothing: no store is NOT_FOUND, and an empty file is no store', async () => {
  await using place = await databaseIn('open');
  const path = place.workspace.within('not', 'there', 'records.db');
  await expect(openDriver(sqliteRecords({ path }), 'read')).rejects.toMatchObject({
    code: 'NOT_FOUND',
    details: { path },
  });
  expect(existsSync(place.workspace.within('not'))).toBe(false);
  writeFileSync(place.path, '');
  await expect(openDriver(sqliteRecords({ path: place.path }), 'read')).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});

test('a writer makes the directory and the store; a reader sees it, and cannot write', async () => {
  await using place = await databaseIn('open');
  const path = place.workspace.within('deep', 'er', 'records.db');
  await using store = await openDriver(sqliteRecords({ path }));
  await store.write(run);
  await using reader = await openDriver(sqliteRecords({ path }), 'read');
  expect(await reader.read((view) => toArray(view.list('execution')))).toHaveLength(1);
  await store.write(putExecution({ id: 'b', name: 'b', createdAt: 0 }));
  expect((await reader.driver.refresh()).epoch).toBe(2);
  await expect(reader.write(run)).rejects.toMatchObject({ code: 'READ_ONLY' });
  await expect(reader.driver.sync()).rejects.toMatchObject({ code: 'READ_ONLY' });
});

test('a store whose version is higher than ours is SCHEMA_TOO_NEW, and is left as it is, to the byte', async () => {
  await using place = await databaseIn('open');
  await using store = await openDriver(sqliteRecords({ path: place.path }));
  await store[Symbol.asyncDispose]();
  withSqlite(place.path, (db) => db.pragma('user_version = 999'));
  const before = readFileSync(place.path);
  for (const mode of ['write', 'read'] as const) {
    const opening = openDriver(sqliteRecords({ path: place.path }), mode);
    await expect(opening).rejects.toMatchObject({ code: 'SCHEMA_TOO_NEW' });
  }
  expect(readFileSync(place.path).equals(before)).toBe(true);
});

test('a store that a newer version wrote is SCHEMA_TOO_NEW, and is left as it is, to the byte', async () => {
  await using place = await databaseIn('open');
  await using _store = await openDriver(sqliteRecords({ path: place.path }));
  await _store[Symbol.asyncDispose]();
  withSqlite(place.path, (db) => db.exec("INSERT INTO stepwell_migrations VALUES ('9999-future', '2099')"));
  const before = readFileSync(place.path);
  for (const mode of ['write', 'read'] as const) {
    await expect(openDriver(sqliteRecords({ path: place.path }), mode)).rejects.toMatchObject({
      code: 'SCHEMA_TOO_NEW',
      details: { unknown: ['9999-future'] },
    });
  }
  expect(readFileSync(place.path).equals(before)).toBe(true);
});

test('the database of another program is refused, and left as it is', async () => {
  await using place = await databaseIn('open');
  withSqlite(place.path, (db) => db.exec('PRAGMA application_id = 42; CREATE TABLE theirs (a)'));
  const before = readFileSync(place.path);
  await expect(openDriver(sqliteRecords({ path: place.path }))).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
  });
  expect(readFileSync(place.path).equals(before)).toBe(true);
});

test('S7: what is no database, or is damaged, is CORRUPT, with the file named', async () => {
  await using place = await databaseIn('open');
  writeFileSync(place.path, 'this is a text, and no database at all. '.repeat(100));
  for (const mode of ['write', 'read'] as const) {
    await expect(openDriver(sqliteRecords({ path: place.path }), mode)).rejects.toMatchObject({
      code: 'CORRUPT',
      message: expect.stringContaining(place.path),
    });
  }
  const path = place.workspace.within('damaged.db');
  const store = await openDriver(sqliteRecords({ path }));
  await store.write(run);
  await store[Symbol.asyncDispose]();
  const bytes = readFileSync(path);
  // The page of the schema, behind the header of the file.
  bytes.fill(0x5a, 100, 4096);
  writeFileSync(path, bytes);
  await expect(openDriver(sqliteRecords({ path }))).rejects.toMatchObject({
    code: 'CORRUPT',
    message: expect.stringContaining(path),
  });
});

test('a directory in the place of the file, :memory: and senseless settings are INVALID_ARGUMENT', async () => {
  await using place = await databaseIn('open');
  mkdirSync(place.path);
  await expect(openDriver(sqliteRecords({ path: place.path }))).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
  });
  const invalid: unknown = expect.objectContaining({ code: 'INVALID_ARGUMENT' });
  for (const path of ['', ':memory:', 'file:x?mode=memory', 'a\0b']) {
    expect(() => sqliteRecords({ path })).toThrowError(invalid);
  }
  expect(() => sqliteRecords({ path: 'x', cacheBytes: -1 })).toThrowError(invalid);
  expect(() => sqliteRecords({ path: 'x', snapshotConnections: 0.5 })).toThrowError(invalid);
});

test('S3: the lineage lasts until the machine boots again, and then changes once', async () => {
  await using place = await databaseIn('open');
  const lineage = async (): Promise<string> => {
    await using store = await openDriver(sqliteRecords({ path: place.path }));
    return (await store.driver.refresh()).lineage;
  };
  const first = await lineage();
  expect(await lineage()).toBe(first);
  withSqlite(place.path, (db) =>
    db.exec("UPDATE stepwell_meta SET value = 'an earlier boot' WHERE key = 'boot'"),
  );
  const second = await lineage();
  expect(second).not.toBe(first);
  expect(await lineage()).toBe(second);
});

test('S7: a store keeps the name that it was made with; one that has lost it is CORRUPT', async () => {
  await using place = await databaseIn('open');
  const nameOf = async (mode: 'read' | 'write'): Promise<string | undefined> => {
    await using store = await openDriver(sqliteRecords({ path: place.path }), mode);
    return (await store.driver.refresh()).store;
  };
  const name = await nameOf('write');
  expect(name).toMatch(/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/);
  withSqlite(place.path, (db) =>
    db.exec("UPDATE stepwell_meta SET value = 'an earlier boot' WHERE key = 'boot'"),
  );
  expect([await nameOf('write'), await nameOf('read')]).toEqual([name, name]);
  withSqlite(place.path, (db) => db.exec("DELETE FROM stepwell_meta WHERE key = 'store'"));
  for (const mode of ['write', 'read'] as const) {
    await expect(nameOf(mode)).rejects.toMatchObject({ code: 'CORRUPT' });
  }
});

test.each(['executions', 'stepwell_meta', 'stepwell_commits'])(
  'S7: a store that has lost the table %s is CORRUPT',
  async (table) => {
    await using place = await databaseIn('open');
    await (await openDriver(sqliteRecords({ path: place.path })))[Symbol.asyncDispose]();
    withSqlite(place.path, (db) => {
      for (const view of ['runs', 'run_steps']) db.exec(`DROP VIEW ${view}`);
      db.exec(`DROP TABLE ${table}`);
    });
    await expect(openDriver(sqliteRecords({ path: place.path }))).rejects.toMatchObject({ code: 'CORRUPT' });
  },
);

test('SF-07: the log and its index are gone after the last close; the file is marked as ours', async () => {
  await using place = await databaseIn('open');
  const store = await openDriver(sqliteRecords({ path: place.path }));
  await store.write(run);
  const figures = new Map((await store.driver.stats()).map(({ name, value }) => [name, value]));
  expect(figures.get('records.wal.bytes')).toBeGreaterThan(0);
  expect(figures.get('records.shm.bytes')).toBeGreaterThan(0);
  expect(figures.get('records.rows.executions')).toBe(1);
  await store[Symbol.asyncDispose]();
  expect([existsSync(`${place.path}-wal`), existsSync(`${place.path}-shm`)]).toEqual([false, false]);
  const [applicationId, version] = withSqlite(place.path, (db) => [
    db.pragma('application_id', { simple: true }),
    db.pragma('user_version', { simple: true }),
  ]);
  expect([applicationId, version]).toEqual([0x53747077, 2]);
});

const cannotDrop = process.platform === 'win32';

test.skipIf(cannotDrop)(
  'a store that may not be written is READ_ONLY, with the cure; a copy opens',
  async () => {
    await using place = await databaseIn('open');
    const store = await openDriver(sqliteRecords({ path: place.path }));
    await store.write(run);
    await store[Symbol.asyncDispose]();
    const script = `
    import { sqliteRecords } from '@stepwell/sqlite-adapter';
    if (process.getuid() === 0) { process.setgid(65534); process.setuid(65534); }
    for (const mode of ['write', 'read']) {
      const driver = sqliteRecords({ path: ${JSON.stringify(place.path)} });
      try {
        await driver.open({ mode, now: Date.now, warn: () => {} });
        console.log('opened');
      } catch (error) {
        console.log(error.code, /copy/.test(error.message));
      }
    }`;
    chmodSync(place.path, 0o444);
    chmodSync(place.workspace.path, 0o555);
    try {
      const child = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
        encoding: 'utf8',
      });
      expect(child.stderr).toBe('');
      expect(child.stdout.trim().split('\n')).toEqual(['READ_ONLY true', 'READ_ONLY true']);
    } finally {
      chmodSync(place.workspace.path, 0o755);
    }
  },
);
