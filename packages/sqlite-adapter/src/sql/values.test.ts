import { openStore } from '@stepwell/core';
import { CompiledQuery, sql } from 'kysely';
import { expect, test } from 'vitest';
import { databaseIn } from '../fixtures/open-driver.ts';
import { execute, queryBuilder, sqliteDriver } from '../index.ts';

interface Schema {
  box: { id: number; value: unknown };
  number: { id: number | bigint; text: string };
}

const db = queryBuilder<Schema>();
const boxes = (path: string) =>
  sqliteDriver<Schema>({
    path,
    // No checkpoint: its worker is built, and this test is not about it.
    checkpointBytes: 2 ** 40,
    migrations: {
      '0001': {
        up: async (migration) => {
          // A column without a type keeps what it is given.
          await sql`CREATE TABLE box (id INTEGER PRIMARY KEY, value)`.execute(migration);
          await sql`CREATE TABLE number (id INTEGER PRIMARY KEY, text TEXT)`.execute(migration);
        },
      },
    },
  });
const put = (value: unknown) => execute(db.insertInto('box').values({ id: 1, value }));

const kept: readonly (readonly [string, unknown])[] = [
  ['null', null],
  ['zero', 0],
  ['an integer of more than 32 bits', 2 ** 40 + 1],
  ['the largest exact number', Number.MAX_SAFE_INTEGER],
  ['a real', 0.1],
  ['the smallest real', Number.MIN_VALUE],
  ['the largest real', Number.MAX_VALUE],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['2^53 + 1', 2n ** 53n + 1n],
  ['the largest integer', 2n ** 63n - 1n],
  ['the smallest integer', -(2n ** 63n)],
  ['no text', ''],
  ['a NUL in a text', 'a\0b\0'],
  ['what looks like SQL', `'; DROP TABLE box; --`],
  ['a pair of surrogates', '😀'],
  ['a byte order mark', '\u{FEFF}a'],
  ['10 MB of text', 'é'.repeat(5_000_000)],
];

test.each(kept)('%s comes back as it went in, by result, by query and by stream', async (_, value) => {
  await using place = await databaseIn('values');
  await using store = await openStore(boxes(place.path));
  const returning = execute(db.insertInto('box').values({ id: 2, value }).returning('value'));
  const { results } = await store.write([put(value), returning]);
  // Not by toEqual: a difference in 10 MB would be printed.
  const isKept = (found: unknown): boolean => Object.is(found, value);
  expect((results[1] as { rows: { value: unknown }[] }).rows.map((row) => isKept(row.value))).toEqual([true]);
  await store.withSnapshot(async ({ view }) => {
    const query = view
      .selectFrom('box')
      .select('value')
      .where('value', 'is', value as never);
    expect((await query.execute()).map((row) => isKept(row.value))).toEqual([true, true]);
    const streamed: boolean[] = [];
    for await (const row of query.stream()) streamed.push(isKept(row.value));
    expect(streamed).toEqual([true, true]);
  });
});

test.each([
  ['NaN', Number.NaN],
  ['undefined', undefined],
  ['a boolean', true],
  ['a Date', new Date(0)],
  ['an object', { toString: () => 'x' }],
  ['an array', [1]],
  ['a symbol', Symbol('x')],
  ['a function', () => 1],
  ['a boxed text', Object('x')],
  ['2^63', 2n ** 63n],
  ['-2^63 - 1', -(2n ** 63n) - 1n],
  ['a lone surrogate', 'a\ud800'],
  ['an array of floats', new Float64Array(1)],
  ['a buffer without a view', new ArrayBuffer(1)],
])('%s is refused before anything is written, and by a query', async (_, value) => {
  await using place = await databaseIn('values');
  await using store = await openStore(boxes(place.path));
  const invalid = { code: 'INVALID_ARGUMENT', details: { parameter: 2 } };
  const op = {
    type: 'sql',
    query: { sql: 'INSERT INTO box VALUES (?, ?)', parameters: [1, value] },
  } as const;
  await expect(store.write([op])).rejects.toMatchObject(invalid);
  await store.withSnapshot(async ({ view }) => {
    const query = CompiledQuery.raw('SELECT ?, ?', [1, value]);
    await expect(view.executeQuery(query)).rejects.toMatchObject(invalid);
    expect(await view.selectFrom('box').selectAll().execute()).toEqual([]);
  });
});

test('bytes come back, and what their giver does to them after write() does not matter', async () => {
  await using place = await databaseIn('values');
  await using store = await openStore(boxes(place.path));
  const bytes = [
    Buffer.from([0, 255, 7]),
    new Uint8Array([0, 255, 7]),
    Buffer.from([9, 0, 255, 7]).subarray(1),
  ];
  const writing = store.write(bytes.map((value, id) => execute(db.insertInto('box').values({ id, value }))));
  for (const array of bytes) array.fill(1);
  await writing;
  const rows = await store.withSnapshot(({ view }) => view.selectFrom('box').select('value').execute());
  expect(rows.map(({ value }) => [...(value as Uint8Array)])).toEqual(bytes.map(() => [0, 255, 7]));
});

test('results: rows of RETURNING, counts, and rowids of any size', async () => {
  await using place = await databaseIn('values');
  await using store = await openStore(boxes(place.path));
  const insert = (id: number | bigint) => db.insertInto('number').values({ id, text: 'x' });
  const big = 2n ** 53n + 1n;
  const { results } = await store.write([
    execute(insert(3)),
    execute(insert(big)),
    execute(insert(5).returning(['id', 'text'])),
    execute(db.updateTable('number').set({ text: 'y' }).where('id', '>', 4).returning('id')),
    execute(db.deleteFrom('number').where('id', '=', 99)),
    execute(db.selectFrom('number').select((e) => e.fn.sum('id').as('sum'))),
  ]);
  expect(results).toEqual([
    { rows: [], changes: 1, lastInsertRowid: 3 },
    { rows: [], changes: 1, lastInsertRowid: big },
    { rows: [{ id: 5, text: 'x' }], changes: 1 },
    { rows: [{ id: 5 }, { id: big }], changes: 2 },
    { rows: [], changes: 0 },
    { rows: [{ sum: big + 8n }], changes: 0 },
  ]);
});

test('a parameter that is missing, or one too many, is INVALID_ARGUMENT', async () => {
  await using place = await databaseIn('values');
  await using store = await openStore(boxes(place.path));
  for (const parameters of [[], [1], [1, 2, 3], { id: 1 }]) {
    const op = { type: 'sql', query: { sql: 'INSERT INTO box VALUES (?, ?)', parameters } } as never;
    await expect(store.write([op])).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  }
  const many = Array.from({ length: 40_000 }, (_, id) => ({ id, value: 1 }));
  await expect(store.write([execute(db.insertInto('box').values(many))])).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
  });
  expect((await store.write([put(1)])).epoch).toBe(1);
});

test('names that every object inherits are names like any other; the one that no row can hold is refused', async () => {
  await using place = await databaseIn('values');
  const any = queryBuilder<Record<string, Record<string, unknown>>>();
  await using store = await openStore(
    sqliteDriver<Record<string, Record<string, unknown>>>({
      path: place.path,
      migrations: {
        '0001': {
          up: async (migration) =>
            void (await sql`CREATE TABLE odd ("constructor" TEXT, "toString" INTEGER, "__proto__" TEXT)`.execute(
              migration,
            )),
        },
      },
    }),
  );
  const row = { constructor: 'c', toString: 2n ** 60n, ['__proto__']: 'p' };
  await store.write([execute(any.insertInto('odd').values(row))]);
  await store.withSnapshot(async ({ view }) => {
    const kept = await view
      .selectFrom('odd')
      .select(['constructor', 'toString', '__proto__ as proto'])
      .execute();
    expect(kept.map((found) => Object.entries(found))).toEqual([
      [
        ['constructor', 'c'],
        ['toString', 2n ** 60n],
        ['proto', 'p'],
      ],
    ]);
    const lost = view.selectFrom('odd').selectAll();
    await expect(lost.execute()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(lost.stream().next()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
  const returning = execute(any.deleteFrom('odd').returningAll());
  await expect(store.write([returning])).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  expect((await store.write([execute(any.deleteFrom('odd'))])).results).toMatchObject([{ changes: 1 }]);
});
