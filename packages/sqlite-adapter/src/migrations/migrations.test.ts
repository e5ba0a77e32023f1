import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { openReader, openStore } from '@stepwell/core';
import {
  execute,
  type Migrations,
  queryBuilder,
  type SqliteDriverOptions,
  sqliteDriver,
  sqliteRecords,
} from '@stepwell/sqlite-adapter';
import { crashEnvironment } from '@stepwell/testkit';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { databaseIn } from '../fixtures/open-driver.ts';
import { withSqlite } from '../fixtures/sqlite.ts';

interface Schema {
  note: { id: number; text: string };
}

const db = queryBuilder<Schema>();
const insert = (id: number) => execute(db.insertInto('note').values({ id, text: `note ${id}` }));
const texts = db.selectFrom('note').selectAll().orderBy('id');

const first: Migrations = {
  '0001-note': {
    up: async (migration) => {
      await sql`CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT) STRICT`.execute(migration);
    },
  },
};
const second: Migrations = {
  ...first,
  '0002-shout': {
    up: async (migration) => {
      await sql`UPDATE note SET text = upper(text)`.execute(migration);
      await sql`ALTER TABLE note ADD COLUMN at INTEGER`.execute(migration);
    },
  },
};
const notes = (path: string, migrations: Migrations) =>
  sqliteDriver<Schema>({ path, migrations } satisfies SqliteDriverOptions);

test.each([
  'DROP TABLE stepwell_store_migrations',
  'DROP TABLE stepwell_migrations',
  'DELETE FROM stepwell_store_migrations',
  'PRAGMA user_version = 0; DROP TABLE stepwell_store_migrations',
])(
  'S7: a store that has lost what it knows of its migrations is CORRUPT, and left as it is: %s',
  async (damage) => {
    await using place = await databaseIn('migrations');
    const { path } = place;
    await (await openStore(sqliteRecords({ path }))).close();
    withSqlite(path, (database) => database.exec(damage));
    const before = readFileSync(path);
    for (const open of [openStore, openReader]) {
      await expect(open(sqliteRecords({ path }))).rejects.toMatchObject({
        code: 'CORRUPT',
        message: expect.stringContaining(path),
      });
    }
    expect(readFileSync(path).equals(before)).toBe(true);
  },
);

test.each(['', 'PRAGMA user_version = 1;', 'PRAGMA user_version = 99;'])(
  'a database that another program made is refused, also where it does not say whose it is: %s',
  async (mark) => {
    await using place = await databaseIn('migrations');
    const { path } = place;
    withSqlite(path, (database) =>
      database.exec(`${mark} CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)`),
    );
    const before = readFileSync(path);
    for (const open of [openStore, openReader]) {
      await expect(open(sqliteRecords({ path }))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
    expect(readFileSync(path).equals(before)).toBe(true);
  },
);

test('S4, S6: a schema is changed under a reader that stays: its snapshot shows what was, its next one what is', async () => {
  await using place = await databaseIn('migrations');
  const { path } = place;
  const old = await openStore(notes(path, first));
  await old.write([insert(1)]);
  await old.close();
  await using reader = await openReader(notes(path, first));
  const snapshot = await reader.snapshot();
  // Who knows more than the file is told to bring it up to date; who knows less, to be updated.
  await expect(openReader(notes(path, second))).rejects.toMatchObject({ code: 'READ_ONLY' });
  const store = await openStore(notes(path, second));
  await store.write([insert(2)]);
  await expect(openReader(notes(path, first))).rejects.toMatchObject({ code: 'SCHEMA_TOO_NEW' });
  expect(await snapshot.view.selectFrom('note').selectAll().execute()).toEqual([{ id: 1, text: 'note 1' }]);
  await snapshot.close();
  const after = await reader.withSnapshot(({ view }) => view.executeQuery(texts.compile()));
  expect(after.rows).toMatchObject([{ text: 'NOTE 1' }, { text: 'note 2' }]);
  expect(await store.maintenance.verify()).toMatchObject({ problems: [] });
  await store.close();
});

test.each(['sqlite:migrate.before', 'sqlite:migrate.applied'])(
  'S1, S7: killed at %s of a second version: the first is there, whole, and the next writer goes on',
  async (point) => {
    await using place = await databaseIn('migrations');
    const { path } = place;
    const old = await openStore(notes(path, first));
    await old.write([insert(1)]);
    await old.close();
    const script = `
      import { openStore } from '@stepwell/core';
      import { sqliteCrashPoints, sqliteDriver } from '@stepwell/sqlite-adapter';
      import { armFromEnvironment } from '@stepwell/testkit';
      import { sql } from 'kysely';
      armFromEnvironment(sqliteCrashPoints);
      const run = (text) => ({ up: (migration) => sql.raw(text).execute(migration) });
      const migrations = { '0001-note': run(''), '0002-shout': run('UPDATE note SET text = upper(text)') };
      await openStore(sqliteDriver({ path: process.argv[1], migrations }));`;
    const { signal, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script, path], {
      env: { ...process.env, ...crashEnvironment(point, 'kill', 1) },
      encoding: 'utf8',
    });
    expect([signal, stderr]).toEqual(['SIGKILL', '']);
    const reader = await openReader(notes(path, first));
    const rows = await reader.withSnapshot(({ view }) => view.executeQuery(texts.compile()));
    expect(rows.rows).toEqual([{ id: 1, text: 'note 1' }]);
    await reader.close();
    await using store = await openStore(notes(path, second));
    const upgraded = await store.withSnapshot(({ view }) => view.executeQuery(texts.compile()));
    expect(upgraded.rows).toMatchObject([{ id: 1, text: 'NOTE 1' }]);
  },
);
