import { openStore, type Store } from '@stepwell/core';
import { type Kysely, sql } from 'kysely';
import { expect, test } from 'vitest';
import { databaseIn } from '../fixtures/open-driver.ts';
import { execute, type Migrations, queryBuilder, type SqlOp, type SqlView, sqliteDriver } from '../index.ts';

interface Schema {
  row: { id: number; body: string };
}

const db = queryBuilder<Schema>();
const migrations: Migrations = {
  '0001': {
    up: async (migration) =>
      void (await sql`CREATE TABLE row (id INTEGER PRIMARY KEY, body TEXT)`.execute(migration)),
  },
};

/** A store with the rows 1 to `rows`. */
async function filled(path: string, rows: number): Promise<Store<SqlView<Schema>, SqlOp>> {
  const store = await openStore(sqliteDriver<Schema>({ path, migrations }));
  await store.write([
    execute(
      sql`WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < ${rows})
        INSERT INTO row SELECT id, 'body ' || id FROM n`.compile(db),
    ),
  ]);
  return store;
}

test('S4: whatever Kysely has to change data with fails with a typed error, and changes nothing', async () => {
  await using place = await databaseIn('view');
  await using store = await filled(place.path, 3);
  await store.withSnapshot(async ({ view }) => {
    // @ts-expect-error What writes is not in the type of a view.
    expect(view.insertInto).toBeDefined();
    const all = view as unknown as Kysely<Schema>;
    const value = { id: 9, body: 'x' };
    const writes: readonly (() => Promise<unknown>)[] = [
      () => all.insertInto('row').values(value).execute(),
      () => all.replaceInto('row').values(value).execute(),
      () => all.updateTable('row').set({ body: 'x' }).returningAll().execute(),
      () => all.deleteFrom('row').execute(),
      () =>
        all
          .with('gone', (from) => from.deleteFrom('row').returningAll())
          .selectFrom('gone')
          .selectAll()
          .execute(),
      () => all.schema.createTable('more').addColumn('a', 'text').execute(),
      () => all.schema.alterTable('row').addColumn('more', 'text').execute(),
      () => all.schema.dropTable('row').execute(),
      () => all.transaction().execute(async () => 1),
      () => all.startTransaction().execute(),
      () => all.connection().execute((one) => one.deleteFrom('row').execute()),
      () => sql`DELETE FROM row`.execute(all),
      async () => {
        for await (const _ of all.updateTable('row').set({ body: 'x' }).returningAll().stream()) break;
      },
    ];
    for (const write of writes) {
      const refused = expect(write(), String(write)).rejects;
      // SQLite has no DELETE within WITH: that one does not even compile.
      await refused.toMatchObject({ code: expect.stringMatching(/^(READ_ONLY|INVALID_ARGUMENT)$/) });
    }
    expect(await view.selectFrom('row').select('body').execute()).toHaveLength(3);
  });
  expect((await store.write([execute(db.selectFrom('row').selectAll())])).results).toMatchObject([
    { changes: 0 },
  ]);
});

test('S4, S10: a stream takes no more than it is asked for, goes on beside commits, and sees none of them', async () => {
  await using place = await databaseIn('view');
  await using store = await filled(place.path, 2_000);
  await store.withSnapshot(async ({ view }) => {
    // A result without an end: whoever gathered it before handing it out would never hand out anything.
    const endless = view
      .withRecursive(
        'n(id)',
        () => sql<{ id: number }>`(SELECT 1 AS id UNION ALL SELECT id + 1 FROM n)` as never,
      )
      .selectFrom('n' as never)
      .select(sql<number>`id`.as('id'));
    let last = 0;
    for await (const { id } of endless.stream()) {
      expect(id).toBe(last + 1);
      last = id;
      if (last === 20_000) break;
    }
    const [one, two] = [
      view.selectFrom('row').selectAll().stream(),
      view.selectFrom('row').selectAll().stream(),
    ];
    const seen = [0, 0];
    for (let pull = 0; pull < 2_000; pull += 1) {
      for (const [place, stream] of [one, two].entries()) {
        const { value } = await stream.next();
        expect(value?.id).toBe(pull + 1);
        seen[place] = pull + 1;
      }
      if (pull % 500 === 0) await store.write([execute(db.deleteFrom('row').where('id', '>', pull + 1))]);
    }
    expect([...seen, (await one.next()).done, (await two.next()).done]).toEqual([2_000, 2_000, true, true]);
  });
  expect(await store.withSnapshot(({ view }) => view.selectFrom('row').select('id').execute())).toEqual([
    { id: 1 },
  ]);
});

test('S11: an error in the middle of a stream comes after the rows before it, typed, and the view goes on', async () => {
  await using place = await databaseIn('view');
  await using store = await filled(place.path, 1_000);
  await store.write([execute(db.updateTable('row').set({ body: '{' }).where('id', '=', 700))]);
  await store.withSnapshot(async ({ view }) => {
    const query = view
      .selectFrom('row')
      .select([sql<string>`iif(body = '{', json(body), body)`.as('body'), 'id'])
      .orderBy('id');
    let rows = 0;
    const read = async (): Promise<void> => {
      for await (const _ of query.stream()) rows += 1;
    };
    await expect(read()).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(/JSON/),
    });
    expect(rows).toBeLessThan(700);
    // What the reader of a stream throws is its own.
    const own = new Error('enough');
    const give = async (): Promise<void> => {
      for await (const _ of query.stream()) throw own;
    };
    await expect(give()).rejects.toBe(own);
    expect(await view.selectFrom('row').select('id').where('id', '=', 701).execute()).toEqual([{ id: 701 }]);
  });
});

test('S4: a view cannot be destroyed; the snapshot goes on as if nobody had tried', async () => {
  await using place = await databaseIn('view');
  await using store = await filled(place.path, 3);
  const snapshot = await store.snapshot();
  const all = snapshot.view as unknown as Kysely<Schema>;
  await all.destroy();
  for (let attempt = 0; attempt < 2; attempt += 1) {
    expect(await snapshot.view.selectFrom('row').select('id').execute()).toHaveLength(3);
    await expect(all.destroy()).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(/snapshot/),
    });
  }
  await snapshot.close();
  await expect(all.selectFrom('row').execute()).rejects.toMatchObject({ code: 'SNAPSHOT_CLOSED' });
});

test('S4: after the end of a snapshot every query and every pull is SNAPSHOT_CLOSED, and nothing is left open', async () => {
  await using place = await databaseIn('view');
  await using store = await filled(place.path, 1_000);
  const snapshot = await store.snapshot();
  const { view } = snapshot;
  const query = view.selectFrom('row').selectAll();
  const [begun, unread, left] = [query.stream(), query.stream(), query.stream()];
  await begun.next();
  await left.next();
  await left.return?.();
  await snapshot.close();
  const closed = { code: 'SNAPSHOT_CLOSED' };
  await expect(begun.next()).rejects.toMatchObject(closed);
  await expect(unread.next()).rejects.toMatchObject(closed);
  expect(await left.next()).toMatchObject({ done: true });
  await expect(query.execute()).rejects.toMatchObject(closed);
  await expect(query.executeTakeFirst()).rejects.toMatchObject(closed);
  await expect(sql`SELECT 1`.execute(view as never)).rejects.toMatchObject(closed);
  await expect(view.introspection.getTables()).rejects.toMatchObject(closed);
  expect(() => snapshot.view).toThrowError(expect.objectContaining(closed));
});
