import { openStore } from '@stepwell/core';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { databaseIn } from '../fixtures/open-driver.ts';
import { execute, queryBuilder, sqliteDriver } from '../index.ts';

const db = queryBuilder<Record<'loose' | 'strict', Record<string, unknown>>>();
const driver = (path: string) =>
  sqliteDriver<Record<'loose' | 'strict', Record<string, unknown>>>({
    path,
    migrations: {
      '0001': {
        up: async (m) => {
          await sql`CREATE TABLE loose (i INTEGER, r REAL, t TEXT, n NUMERIC, a)`.execute(m);
          await sql`CREATE TABLE strict (i INTEGER, r REAL, t TEXT, a ANY) STRICT`.execute(m);
          // A migration binds as everything else does.
          await sql`INSERT INTO loose (t) VALUES (${8080})`.execute(m);
        },
      },
    },
  });

const safe = [0, 1, -1, 8080, 2 ** 31, -(2 ** 40), Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];

test.each(safe)('%d goes in as a whole number, and comes back as one, whatever the column is', async (n) => {
  await using place = await databaseIn('numbers');
  await using store = await openStore(driver(place.path));
  const loose = { i: n, r: n, t: n, n, a: n };
  const strict = { i: n, r: n, t: n, a: n };
  await store.write([
    execute(db.deleteFrom('loose')),
    execute(db.insertInto('loose').values(loose)),
    execute(db.insertInto('strict').values(strict)),
  ]);
  await store.withSnapshot(async ({ view }) => {
    expect(await view.selectFrom('loose').selectAll().execute()).toEqual([{ ...loose, t: String(n) }]);
    expect(await view.selectFrom('strict').selectAll().execute()).toEqual([{ ...strict, t: String(n) }]);
    const types = sql`SELECT typeof(i) || ' ' || typeof(r) || ' ' || typeof(a) AS types FROM strict
      UNION ALL SELECT typeof(i) || ' ' || typeof(r) || ' ' || typeof(a) FROM loose`;
    expect((await view.executeQuery(types.compile(db))).rows).toEqual([
      { types: 'integer real integer' },
      { types: 'integer real integer' },
    ]);
    // What was written is found by what it was written as, in a text as well.
    for (const column of ['i', 'r', 't', 'n', 'a']) {
      const found = view.selectFrom('loose').select('i').where(column, '=', n);
      expect(await found.execute(), column).toEqual([{ i: n }]);
      expect((await found.stream().next()).value, column).toEqual({ i: n });
    }
  });
});

test('a whole number is one to SQLite wherever there is no column: in JSON, texts and divisions', async () => {
  await using place = await databaseIn('numbers');
  await using store = await openStore(driver(place.path));
  const query =
    sql`SELECT json_object('port', ${8080}) AS json, 'id-' || ${5} AS text, ${7} / 2 AS half`.compile(db);
  const expected = { json: '{"port":8080}', text: 'id-5', half: 3 };
  expect((await store.write([execute(query)])).results).toMatchObject([{ rows: [expected] }]);
  await store.withSnapshot(async ({ view }) => {
    expect((await view.executeQuery(query)).rows).toEqual([expected]);
    const stream = view.getExecutor().stream(query, 1);
    expect((await stream.next()).value).toEqual({ rows: [expected] });
    expect(await view.selectFrom('loose').select('t').execute()).toEqual([{ t: '8080' }]);
  });
});

test('all other numbers are reals; -0 keeps its sign where a column has no type of its own', async () => {
  await using place = await databaseIn('numbers');
  await using store = await openStore(driver(place.path));
  const query = sql<{ types: string }>`SELECT
    typeof(${0.5}) || ' ' || typeof(${2 ** 53}) || ' ' || typeof(${-0}) || ' ' || typeof(${Infinity}) AS types`;
  expect((await store.write([execute(query.compile(db))])).results).toMatchObject([
    { rows: [{ types: 'real real real real' }] },
  ]);
  await store.write([
    execute(db.deleteFrom('loose')),
    execute(db.insertInto('loose').values({ i: -0, r: -0, t: -0, n: -0, a: -0 })),
  ]);
  const rows = await store.withSnapshot(({ view }) => view.selectFrom('loose').selectAll().execute());
  expect(rows).toEqual([{ i: 0, r: 0, t: '0.0', n: 0, a: -0 }]);
});
