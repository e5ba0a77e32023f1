import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { openStore, StoreError } from '@stepwell/core';
import { type Kysely, sql } from 'kysely';
import { expect, test } from 'vitest';
import { databaseIn } from '../fixtures/open-driver.ts';
import { withSqlite } from '../fixtures/sqlite.ts';
import { type Migrations, sqliteDriver } from '../index.ts';

const running =
  (...texts: readonly string[]) =>
  async (db: Kysely<unknown>): Promise<void> => {
    for (const text of texts) await sql.raw(text).execute(db);
  };
const first: Migrations = {
  '0002-note': { up: running('CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT)') },
};

/** Opens for writing and closes; the names of what the schema holds then. */
async function open(path: string, migrations: Migrations): Promise<void> {
  const store = await openStore(sqliteDriver({ path, migrations }));
  await store.close();
}

/** The file as it lies there: nobody has it open. */
function fingerprint(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

const tables = (path: string): unknown[] =>
  withSqlite(path, (file) =>
    file
      .prepare(
        `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'stepwell_%' ORDER BY name`,
      )
      .pluck()
      .all(),
  );

test.each<[string, Migrations[string]['up'], string]>([
  ['throws an error', async () => Promise.reject(new Error('no such luck')), 'INVALID_ARGUMENT'],
  ['throws what is no error', async () => Promise.reject('no such luck'), 'INVALID_ARGUMENT'],
  [
    'throws a typed error',
    async () => Promise.reject(new StoreError('NO_SPACE', 'no such luck')),
    'NO_SPACE',
  ],
  ['runs SQL that is none', running('CREATE TABEL x (a)'), 'INVALID_ARGUMENT'],
  ['breaks a constraint', running('INSERT INTO note VALUES (1, 1), (1, 1)'), 'CONSTRAINT'],
  ['commits', running('COMMIT'), 'INVALID_ARGUMENT'],
  ['runs two statements at once', running('SELECT 1; SELECT 2'), 'INVALID_ARGUMENT'],
  ['begins', (db) => db.transaction().execute(async () => {}), 'NOT_SUPPORTED'],
  ['attaches', running(`ATTACH 'x' AS x`), 'INVALID_ARGUMENT'],
  ['takes a name of the store', running('CREATE TABLE stepwell_note (a)'), 'INVALID_ARGUMENT'],
  ['takes a table of the store', running('CREATE TABLE stepwell_commits (a)'), 'INVALID_ARGUMENT'],
  ['renames to a name of the store', running('ALTER TABLE note RENAME TO stepwell_note'), 'INVALID_ARGUMENT'],
  ['drops a table of the store', running('DROP TABLE stepwell_meta'), 'INVALID_ARGUMENT'],
  ['writes a table of the store', running(`DELETE FROM stepwell_meta`), 'INVALID_ARGUMENT'],
  ['makes what is temporary', running('CREATE TEMP TABLE x (a)'), 'INVALID_ARGUMENT'],
  ['sets the connection', running('PRAGMA recursive_triggers = OFF'), 'INVALID_ARGUMENT'],
  ['sets it by an EXPLAIN', running('EXPLAIN /* */ PRAGMA recursive_triggers = OFF'), 'INVALID_ARGUMENT'],
  ['sets it by a plan', running('explain query plan pragma query_only = ON'), 'INVALID_ARGUMENT'],
])('S7: a migration that %s is refused, by name, and nothing of it is left', async (_, up, code) => {
  await using place = await databaseIn('migrations');
  await open(place.path, first);
  const more: Migrations = {
    ...first,
    '0003-good': { up: running('CREATE TABLE good (a)') },
    '0004-bad': { up },
  };
  await expect(open(place.path, more)).rejects.toMatchObject({
    code,
    message: expect.stringContaining('0004-bad'),
    details: { migration: '0004-bad' },
  });
  expect(tables(place.path)).toEqual(['note']);
  await open(place.path, first);
});

test('a schema newer than the code, or with a migration that the code lost, is SCHEMA_TOO_NEW and left untouched', async () => {
  await using place = await databaseIn('migrations');
  await open(place.path, { ...first, '0003-more': { up: running('CREATE TABLE more (a)') } });
  const before = fingerprint(place.path);
  for (const known of [first, {}, { '0001-other': first['0002-note'] as Migrations[string] }]) {
    await expect(open(place.path, known)).rejects.toMatchObject({
      code: 'SCHEMA_TOO_NEW',
      details: { unknown: expect.arrayContaining(['0003-more']) },
    });
    expect(fingerprint(place.path)).toBe(before);
  }
});

test('a migration that comes before one that was applied is refused: its schema would depend on who came when', async () => {
  await using place = await databaseIn('migrations');
  await open(place.path, first);
  const late: Migrations = { '0001-late': { up: running('CREATE TABLE late (a)') }, ...first };
  await expect(open(place.path, late)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  expect(tables(place.path)).toEqual(['note']);
});

test('migrations run in the order of their names, once, with what PRAGMA tells and exact integers', async () => {
  await using place = await databaseIn('migrations');
  const seen: unknown[] = [];
  const migrations: Migrations = {
    '0003-b': { up: async () => void seen.push('b') },
    '0002-a': {
      up: async (db: Kysely<unknown>) => {
        await running(`INSERT INTO note VALUES (${2n ** 53n + 1n}, NULL)`)(db);
        const columns = await sql`SELECT name FROM pragma_table_info('note')`.execute(db);
        seen.push(columns.rows);
        const { rows } = await sql`UPDATE note SET text = 'x' RETURNING id`.execute(db);
        seen.push(rows);
      },
    },
    '0001-note': { up: running('CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT)') },
  };
  await open(place.path, migrations);
  await open(place.path, migrations);
  expect(seen).toEqual([[{ name: 'id' }, { name: 'text' }], [{ id: 2n ** 53n + 1n }], 'b']);
});

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['null', null],
  ['a text', 'CREATE TABLE x (a)'],
  ['no migration', { '0001': {} }],
  ['null for a migration', { '0001': null }],
  ['no name', { '': { up: async () => {} } }],
  ['a name with a NUL', { 'a\0b': { up: async () => {} } }],
])('migrations that are %s are INVALID_ARGUMENT before anything is opened', async (_, migrations) => {
  await using place = await databaseIn('migrations');
  expect(() => sqliteDriver({ path: place.path, migrations: migrations as never })).toThrowError(
    expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
  );
});
