import {
  formatCursor,
  openReader,
  openStore,
  parseCursor,
  putExecution,
  type Snapshot,
} from '@stepwell/core';
import { CompiledQuery, type Kysely, sql } from 'kysely';
import { expect, test } from 'vitest';
import { databaseIn, openDriver } from '../fixtures/open-driver.ts';
import { withSqlite } from '../fixtures/sqlite.ts';
import { steps } from '../fixtures/steps.ts';
import { execute, type Migrations, type SqlOp, type SqlView, sqliteDriver, sqliteRecords } from '../index.ts';

interface Schema {
  price: { id: number; amount: number };
}

const run = (text: string): SqlOp => execute(CompiledQuery.raw(text));
const first: Migrations = {
  '0001-price': steps('CREATE TABLE price (id INTEGER PRIMARY KEY, amount INTEGER)'),
};
const second: Migrations = {
  ...first,
  '0002-cents': steps('UPDATE price SET amount = amount * 100', 'ALTER TABLE price ADD COLUMN currency TEXT'),
};
type Seen = Pick<Snapshot<SqlView<Schema>>, 'view' | 'epoch'>;
const prices = (path: string, migrations: Migrations) =>
  sqliteDriver<Schema>({ path, migrations, changes: ['price'] });
const amounts = async ({ view, epoch }: Seen): Promise<unknown> => [
  epoch,
  (await view.selectFrom('price').select('amount').execute()).map(({ amount }) => amount),
];

test('S3, S4: a migration of a store that is there is a commit; a reader that holds the old state sees both', async () => {
  await using place = await databaseIn('migration-commit');
  const { path } = place;
  await using old = await openStore(prices(path, first), { writer: 'shared' });
  await old.write([run('INSERT INTO price VALUES (1, 5)')]);
  await using reader = await openReader(prices(path, first));
  await using held = await reader.snapshot();
  expect(await amounts(held)).toEqual([1, [5]]);
  await using store = await openStore(prices(path, second), { writer: 'shared' });
  expect(await store.withSnapshot(amounts)).toEqual([2, [500]]);
  expect(await reader.withSnapshot(amounts)).toEqual([2, [500]]);
  expect(await amounts(held)).toEqual([1, [5]]);
  expect((await store.write([run('INSERT INTO price(id) VALUES (2)')])).epoch).toBe(3);
});

test('what makes a store is before its first commit; a migration of one without commits is the first', async () => {
  await using place = await databaseIn('migration-commit');
  for (const [migrations, epoch] of [
    [first, 0],
    [first, 0],
    [second, 1],
    [second, 1],
  ] as const) {
    await using store = await openDriver(prices(place.path, migrations));
    expect(store.epoch).toBe(epoch);
  }
});

test('CURSOR_EXPIRED: whoever follows is told that rows may have changed, and goes on from there', async () => {
  await using place = await databaseIn('migration-commit');
  const { path } = place;
  await using old = await openStore(prices(path, first), { writer: 'shared' });
  await using reader = await openReader(prices(path, first));
  const cursor = await reader.withSnapshot(async (snapshot) => snapshot.cursor);
  const changes = reader.changes({ since: cursor })[Symbol.asyncIterator]();
  await old.write([run('INSERT INTO price VALUES (1, 5)')]);
  expect(await changes.next()).toMatchObject({ value: { epoch: 1, put: { price: ['1'] } } });
  const next = changes.next();
  await using store = await openStore(prices(path, second), { writer: 'shared' });
  await expect(next).rejects.toMatchObject({
    code: 'CURSOR_EXPIRED',
    message: expect.stringContaining('migrated'),
  });
  await store.write([run('INSERT INTO price(id) VALUES (2)')]);
  const since = formatCursor(parseCursor(cursor)?.lineage ?? '', 2);
  expect(await reader.changes({ since })[Symbol.asyncIterator]().next()).toMatchObject({
    value: { epoch: 3, put: { price: ['2'] } },
  });
});

test('CURSOR_EXPIRED, S3: records are no exception, and the marks of their logs live on', async () => {
  await using place = await databaseIn('migration-commit');
  const { path } = place;
  const put = putExecution({ id: 'e', name: 'e', createdAt: 0 });
  await using made = await openDriver(sqliteRecords({ path }));
  await made.group({ batches: [{ ops: [put] }], seal: { marks: { logs: 1 }, extents: { e: 3 } } });
  await made[Symbol.asyncDispose]();
  // As a version before the last migration left it.
  withSqlite(path, (file) => {
    file.exec('DELETE FROM stepwell_migrations; DROP VIEW runs; DROP VIEW run_steps');
    for (const table of [
      'artifacts',
      'steps',
      'executions',
      'execution_tags',
      'artifact_tags',
      'terms',
      'facts',
    ])
      file.exec(`DROP TABLE ${table}`);
    file.pragma('user_version = 1');
  });
  await using store = await openDriver(sqliteRecords({ path }));
  expect(store.epoch).toBe(2);
  const { lineage, marks } = await store.driver.refresh();
  expect([marks, await store.driver.extents?.(0)]).toEqual([{ logs: 1 }, { e: 3 }]);
  const changes = store.driver.changes?.(formatCursor(lineage, 1), {})[Symbol.asyncIterator]();
  await expect(changes?.next()).rejects.toMatchObject({ code: 'CURSOR_EXPIRED' });
  await store.write(put);
  expect(store.epoch).toBe(3);
  expect((await store.driver.refresh()).marks).toEqual({ logs: 1 });
});

test('a handle that a migration kept is dead when the migration has ended', async () => {
  await using place = await databaseIn('migration-commit');
  const kept: Kysely<unknown>[] = [];
  const insert = (): Promise<unknown> =>
    sql`INSERT INTO price VALUES (9, 9)`.execute(kept[0] as Kysely<unknown>);
  const keep: Migrations = {
    ...first,
    '0002-keep': { up: async (db: Kysely<unknown>) => void kept.push(db) },
    '0003-use': { up: async () => void (await expect(insert()).rejects.toMatchObject({ code: 'NOT_OPEN' })) },
  };
  await using store = await openStore(prices(place.path, keep));
  await expect(insert()).rejects.toMatchObject({
    code: 'NOT_OPEN',
    message: expect.stringContaining('0002-keep'),
  });
  expect(await store.withSnapshot(amounts)).toEqual([0, []]);
});
