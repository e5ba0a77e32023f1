import { openStore } from '@stepwell/core';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { databaseIn } from '../fixtures/open-driver.ts';
import { execute, queryBuilder, sqliteDriver } from '../index.ts';

const db = queryBuilder<Record<string, never>>();
const driver = (path: string) =>
  sqliteDriver({
    path,
    migrations: {
      '0001': {
        up: async (m) => {
          await sql`CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT UNIQUE)`.execute(m);
          await sql`CREATE TABLE log (id INTEGER PRIMARY KEY, what TEXT)`.execute(m);
          await sql`CREATE TABLE keyed (k TEXT PRIMARY KEY) WITHOUT ROWID`.execute(m);
          await sql`CREATE VIEW names AS SELECT name FROM t`.execute(m);
          await sql`CREATE TRIGGER names_insert INSTEAD OF INSERT ON names
            BEGIN INSERT INTO t (name) VALUES (new.name); END`.execute(m);
          await sql`CREATE TRIGGER t_log AFTER INSERT ON t
            BEGIN INSERT INTO log VALUES (NULL, new.name); UPDATE log SET what = upper(what); END`.execute(m);
          await sql`CREATE VIRTUAL TABLE words USING fts5(word)`.execute(m);
        },
      },
    },
  });

/** In their order: what each statement says of its last rowid. */
const statements: readonly (readonly [string, number | undefined])[] = [
  ["INSERT INTO t VALUES (40, 'a')", 40],
  ["INSERT INTO keyed VALUES ('a')", undefined],
  ["INSERT OR IGNORE INTO t VALUES (40, 'b')", undefined],
  ["INSERT INTO t VALUES (40, 'b') ON CONFLICT DO NOTHING", undefined],
  ["INSERT INTO t VALUES (40, 'b') ON CONFLICT DO UPDATE SET name = excluded.name", undefined],
  ["UPDATE t SET name = 'c'", undefined],
  // The same number as the last one: it is this statement's all the same.
  ['DELETE FROM t', undefined],
  ["INSERT INTO t VALUES (40, 'a')", 40],
  ["INSERT OR IGNORE INTO t VALUES (41, 'd'), (42, 'd')", 41],
  ["REPLACE INTO t VALUES (7, 'a')", 7],
  ["INSERT INTO names VALUES ('e')", undefined],
  ["INSERT INTO t SELECT 50, 'f'", 50],
  ["WITH n(x) AS (VALUES (60)) INSERT INTO t SELECT x, 'g' FROM n", 60],
  ["INSERT INTO words (rowid, word) VALUES (9, 'w')", 9],
  ['DELETE FROM words', undefined],
  ["INSERT INTO t VALUES (70, 'h') RETURNING id", undefined],
  ['CREATE TABLE made AS SELECT 1 AS a', undefined],
  ['DROP TABLE made', undefined],
  ['SELECT 1', undefined],
];

test('the last rowid is that of the statement itself, or absent', async () => {
  await using place = await databaseIn('rowid');
  await using store = await openStore(driver(place.path));
  const found: unknown[] = [];
  for (const [text] of statements) {
    const { results } = await store.write([execute(sql.raw(text).compile(db))]);
    const [result] = results as readonly { lastInsertRowid?: number }[];
    found.push([text, result?.lastInsertRowid]);
    expect(Object.hasOwn(result ?? {}, 'lastInsertRowid')).toBe(result?.lastInsertRowid !== undefined);
  }
  expect(found).toEqual(statements);
});

test('a statement that is compiled already is looked at again when its table is another one', async () => {
  await using place = await databaseIn('rowid');
  await using store = await openStore(driver(place.path));
  const run = async (text: string): Promise<unknown> =>
    (await store.write([execute(sql.raw(text).compile(db))])).results[0];
  const insert = "INSERT INTO t (name) VALUES ('x')";
  expect(await run(insert)).toEqual({ rows: [], changes: 1, lastInsertRowid: 1 });
  await run('DROP TABLE t');
  await run('CREATE TABLE t (name TEXT PRIMARY KEY) WITHOUT ROWID');
  expect(await run(insert)).toEqual({ rows: [], changes: 1 });
});
