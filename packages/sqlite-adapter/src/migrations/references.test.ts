import { openStore } from '@stepwell/core';
import { CompiledQuery, sql } from 'kysely';
import { expect, test } from 'vitest';
import { databaseIn } from '../fixtures/open-driver.ts';
import { steps } from '../fixtures/steps.ts';
import { execute, type Migrations, type SqlOp, sqliteDriver } from '../index.ts';

const run = (text: string): SqlOp => execute(CompiledQuery.raw(text));
const first: Migrations = {
  '0001-family': steps(
    'CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT)',
    'CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent (id) ON DELETE CASCADE)',
  ),
};
/** SQLite's own procedure for what ALTER TABLE cannot do. */
const rebuild: Migrations = {
  ...first,
  '0002-rebuild': steps(
    'CREATE TABLE parent_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL)',
    'INSERT INTO parent_new SELECT id, name FROM parent',
    'DROP TABLE parent',
    'ALTER TABLE parent_new RENAME TO parent',
  ),
};

async function withStore<Result>(
  path: string,
  migrations: Migrations,
  use: (store: Awaited<ReturnType<typeof open>>) => Promise<Result>,
): Promise<Result> {
  await using store = await open(path, migrations);
  return await use(store);
}
const open = (path: string, migrations: Migrations) => openStore(sqliteDriver({ path, migrations }));

async function family(path: string): Promise<void> {
  await withStore(path, first, async (store) => {
    await store.write([
      run("INSERT INTO parent VALUES (1, 'a')"),
      run('INSERT INTO child VALUES (10, 1), (11, 1)'),
    ]);
  });
}

test('S7: a table is rebuilt, and its children stay; afterwards foreign keys hold as before', async () => {
  await using place = await databaseIn('references');
  await family(place.path);
  await withStore(place.path, rebuild, async (store) => {
    await store.withSnapshot(async ({ view }) => {
      const { rows } = await sql`SELECT id, parent FROM child ORDER BY id`.execute(view);
      expect(rows).toEqual([
        { id: 10, parent: 1 },
        { id: 11, parent: 1 },
      ]);
    });
    await expect(store.write([run('INSERT INTO child VALUES (12, 2)')])).rejects.toMatchObject({
      code: 'CONSTRAINT',
    });
    await store.write([run('DELETE FROM parent')]);
    await store.withSnapshot(async ({ view }) => {
      expect((await sql`SELECT id FROM child`.execute(view)).rows).toEqual([]);
    });
  });
});

test.each([
  [
    'a child loses its parent',
    ['DELETE FROM parent'],
    'CONSTRAINT',
    { table: 'child', row: 10, parent: 'parent' },
  ],
  [
    'what names its rows by a key loses a parent',
    [
      'CREATE TABLE pet (name TEXT PRIMARY KEY, owner REFERENCES child (id)) WITHOUT ROWID',
      "INSERT INTO pet VALUES ('x', 5)",
    ],
    'CONSTRAINT',
    { table: 'pet', row: null, parent: 'child' },
  ],
  [
    'a reference can lead to no row',
    ['CREATE TABLE pet (owner REFERENCES parent (name))', "INSERT INTO pet VALUES ('a')"],
    'INVALID_ARGUMENT',
    {},
  ],
])(
  'S7: a migration after which %s is refused, by name, and nothing of it is left',
  async (_, texts, code, details) => {
    await using place = await databaseIn('references');
    await family(place.path);
    const bad: Migrations = { ...rebuild, '0003-bad': steps(...texts), '0004-good': steps() };
    await expect(open(place.path, bad)).rejects.toMatchObject({
      code,
      message: expect.stringContaining('0003-bad'),
      details: { ...details, migration: '0003-bad' },
    });
    // Not even the one before it: the old program goes on.
    await withStore(place.path, first, async (store) => {
      const { epoch, parents } = await store.withSnapshot(async ({ view, epoch }) => ({
        epoch,
        parents: (
          await sql`SELECT count(*) AS count FROM child JOIN parent ON parent.id = child.parent`.execute(view)
        ).rows,
      }));
      expect([epoch, parents]).toEqual([1, [{ count: 2 }]]);
    });
  },
);
