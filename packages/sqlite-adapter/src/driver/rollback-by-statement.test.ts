import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { databaseIn, openDriver } from '../fixtures/open-driver.ts';
import { withSqlite } from '../fixtures/sqlite.ts';
import { execute, queryBuilder, sqliteDriver } from '../index.ts';

interface Schema {
  counter: { name: string; n: number };
}

const db = queryBuilder<Schema>();
const counters = (path: string) =>
  sqliteDriver<Schema>({
    path,
    changes: ['counter'],
    migrations: {
      '0001': {
        up: async (migration) => {
          await sql`CREATE TABLE counter (name TEXT PRIMARY KEY, n INTEGER)`.execute(migration);
          await sql`CREATE TRIGGER positive BEFORE INSERT ON counter WHEN new.n < 0
            BEGIN SELECT RAISE(ROLLBACK, 'below zero'); END`.execute(migration);
        },
      },
    },
  });
const put = (name: string, n = 1) => execute(db.insertInto('counter').values({ name, n }));
const orRollBack = (name: string) =>
  execute(sql`INSERT OR ROLLBACK INTO counter VALUES (${name}, 9)`.compile(db));

test('S1: a batch that rolls back the whole transaction fails alone, however many there are', async () => {
  await using place = await databaseIn('rollback');
  await using store = await openDriver(counters(place.path));
  await store.write(put('taken'));
  const verdicts = await store.group({
    batches: [
      { ops: [put('lost'), orRollBack('taken')], transactionId: 'once' },
      { ops: [put('a')] },
      { ops: [put('lost too'), put('negative', -1), put('never')] },
      { ops: [put('b')], transactionId: 'once' },
      { ops: [put('taken')] },
      // Fine without the first: what is left out must not be asked for.
      { ops: [put('lost')] },
      { ops: [orRollBack('a')] },
      { ops: [put('c')], transactionId: 'once' },
    ],
  });
  expect(
    verdicts.map((verdict) => (verdict.state === 'rejected' ? verdict.error.code : verdict.state)),
  ).toEqual(['CONSTRAINT', 'ready', 'CONSTRAINT', 'ready', 'CONSTRAINT', 'ready', 'CONSTRAINT', 'duplicate']);
  expect(verdicts[2]).toMatchObject({ error: { message: expect.stringContaining('below zero') } });
  expect(await store.read((view) => view.selectFrom('counter').selectAll().execute())).toEqual([
    { name: 'taken', n: 1 },
    { name: 'a', n: 1 },
    { name: 'b', n: 1 },
    { name: 'lost', n: 1 },
  ]);
  const told = withSqlite(place.path, (sqlite) =>
    sqlite.prepare('SELECT put FROM stepwell_commits WHERE epoch = 2').pluck().get(),
  );
  expect(JSON.parse(String(told))).toEqual({ counter: ['a', 'b', 'lost'] });
});

test('S1: when every batch rolls back nothing is committed, and the driver goes on', async () => {
  await using place = await databaseIn('rollback');
  await using store = await openDriver(counters(place.path));
  const bad = { ops: [put('a'), orRollBack('a')] };
  const verdicts = await store.group({ batches: [bad, bad, { ops: [put('negative', -1)] }] });
  expect(verdicts.map(({ state }) => state)).toEqual(['rejected', 'rejected', 'rejected']);
  expect((await store.driver.refresh()).epoch).toBe(0);
  await store.write(put('a'));
  expect(store.epoch).toBe(1);
});

test('S1: a rollback within a batch so long that the event loop goes round takes no neighbour along', async () => {
  await using place = await databaseIn('rollback');
  await using store = await openDriver(counters(place.path));
  const many = Array.from({ length: 5_000 }, (_, index) => put(`row ${index}`));
  const [before, bad, after] = await store.group({
    batches: [{ ops: [put('before')] }, { ops: [...many, orRollBack('before')] }, { ops: many }],
  });
  expect([before?.state, bad?.state, after?.state]).toEqual(['ready', 'rejected', 'ready']);
  const rows = await store.read((view) => view.selectFrom('counter').select('name').execute());
  expect(rows).toHaveLength(5_001);
});
