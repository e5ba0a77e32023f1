import { openStore } from '@stepwell/core';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { databaseIn } from '../fixtures/open-driver.ts';
import { execute, queryBuilder, sqliteDriver } from '../index.ts';
import { refuseConnectionStatement } from './connection-statement.ts';

const invalid: unknown = expect.objectContaining({ code: 'INVALID_ARGUMENT' });

test.each([
  'PRAGMA query_only = 0',
  'EXPLAIN PRAGMA query_only = 0',
  'explain query plan pragma query_only = 0',
  ' ;\n EXPLAIN\tPRAGMA query_only = 0',
  '\u{FEFF}EXPLAIN PRAGMA query_only = 0',
  'EXPLAIN\u{FEFF}PRAGMA query_only = 0',
  '-- SELECT\nEXPLAIN/* SELECT */PRAGMA query_only = 0',
  'EXPLAIN QUERY --\n PLAN /* ; */ PRAGMA query_only = 0',
  'EXPLAIN (PRAGMA query_only = 0)',
  'EXPLAIN EXPLAIN PRAGMA query_only = 0',
  'EXPLAIN',
  'EXPLAIN QUERY PLAN',
  'EXPLAIN COMMIT',
  'EXPLAIN CREATE TABLE a (b)',
  "EXPLAIN ATTACH 'x' AS x",
  'EXPLAIN VACUUM',
])('%j is refused before it is compiled', (text) => {
  expect(() => refuseConnectionStatement(text)).toThrowError(invalid);
});

test.each([
  'EXPLAIN SELECT 1',
  'explain query plan /* why */ select * from t',
  'EXPLAIN WITH a AS (SELECT 1) SELECT * FROM a',
  'EXPLAIN INSERT INTO t VALUES (1)',
  'SELECT * FROM pragma_query_only',
])('%j is not', (text) => {
  expect(() => refuseConnectionStatement(text)).not.toThrow();
});

/** Each acts when it is compiled, with EXPLAIN before it too. */
const settings = [
  ['ignore_check_constraints', 1],
  ['recursive_triggers', 0],
  ['locking_mode', 'exclusive'],
  ['query_only', 1],
  ['foreign_keys', 0],
] as const;

test.each(settings)('S4: no EXPLAIN sets %s, in an op or through a view', async (name, value) => {
  await using place = await databaseIn('explain');
  const db = queryBuilder<{ t: { id: number } }>();
  await using store = await openStore(
    sqliteDriver<{ t: { id: number } }>({
      path: place.path,
      changes: ['t'],
      migrations: {
        '0001': { up: async (m) => void (await sql`CREATE TABLE t (id INTEGER PRIMARY KEY)`.execute(m)) },
      },
    }),
  );
  const ask = sql.raw(`SELECT * FROM pragma_${name}`);
  const set = sql.raw(`EXPLAIN PRAGMA ${name} = ${value}`);
  const [before] = (await store.write([execute(ask.compile(db))])).results;
  await expect(store.write([execute(set.compile(db))])).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  expect((await store.write([execute(ask.compile(db))])).results).toEqual([before]);
  expect(before).not.toMatchObject({ rows: [{ [name]: value }] });
  await store.withSnapshot(async ({ view }) => {
    const { rows } = await view.executeQuery(ask.compile(db));
    await expect(view.executeQuery(set.compile(db))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect((await view.executeQuery(ask.compile(db))).rows).toEqual(rows);
    const plan = sql`EXPLAIN QUERY PLAN SELECT * FROM t`.compile(db);
    expect((await view.executeQuery(plan)).rows).toMatchObject([{ detail: 'SCAN t' }]);
  });
});
