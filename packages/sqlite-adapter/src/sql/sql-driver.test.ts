import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { databaseIn, openDriver } from '../fixtures/open-driver.ts';
import { execute, type Migrations, queryBuilder, type SqliteDriverOptions, sqliteDriver } from '../index.ts';

interface Schema {
  account: { id: number; owner: string; balance: number };
}

const db = queryBuilder<Schema>();
const migrations: Migrations = {
  '0001-account': {
    up: async (migration) => {
      await migration.schema
        .createTable('account')
        .addColumn('id', 'integer', (column) => column.primaryKey())
        .addColumn('owner', 'text', (column) => column.notNull().unique())
        .addColumn('balance', 'integer', (column) => column.notNull().check(sql`balance >= 0`))
        .execute();
      await migration.insertInto('account').values({ id: 1, owner: 'bank', balance: 100 }).execute();
    },
  },
};
const accounts = (options: Partial<SqliteDriverOptions<Schema>> & { path: string }) =>
  sqliteDriver<Schema>({ migrations, ...options });
const deposit = (id: number, owner: string, balance: number) =>
  execute(db.insertInto('account').values({ id, owner, balance }));

test('any Kysely schema gets the store: ops with results, and snapshots that stay as they are', async () => {
  await using place = await databaseIn('sql');
  await using store = await openDriver(accounts({ path: place.path }));
  const pin = await store.driver.pin();
  const results = await store.write(
    deposit(7, 'ada', 5),
    execute(
      db.updateTable('account').set({ balance: 6 }).where('owner', '=', 'ada').returning(['id', 'balance']),
    ),
    execute(db.deleteFrom('account').where('id', 'in', [1, 99])),
  );
  expect(results).toEqual([
    { rows: [], changes: 1, lastInsertRowid: 7 },
    { rows: [{ id: 7, balance: 6 }], changes: 1 },
    { rows: [], changes: 1 },
  ]);
  const owners = pin.view.selectFrom('account').select('owner').orderBy('owner');
  expect(await owners.execute()).toEqual([{ owner: 'bank' }]);
  expect(await store.read((view) => view.selectFrom('account').selectAll().execute())).toEqual([
    { id: 7, owner: 'ada', balance: 6 },
  ]);
  await pin.release();
  await expect(owners.execute()).rejects.toMatchObject({ code: 'SNAPSHOT_CLOSED' });
});

test('S1: an expectation that fails refuses its batch, and its batch alone', async () => {
  await using place = await databaseIn('sql');
  await using store = await openDriver(accounts({ path: place.path }));
  const take = db
    .updateTable('account')
    .set({ balance: 50 })
    .where('owner', '=', 'bank')
    .where('balance', '=', 100);
  const verdicts = await store.group({
    batches: [
      { ops: [execute(take, { expect: { changes: 1 } }), deposit(2, 'ada', 50)] },
      { ops: [deposit(3, 'eve', 50), execute(take, { expect: { changes: 1 } })] },
      { ops: [deposit(4, 'bob', -1)] },
      { ops: [execute(sql`SELECT * FROM nowhere`.compile(db))] },
    ],
  });
  expect(
    verdicts.map((verdict) => (verdict.state === 'rejected' ? verdict.error.code : verdict.state)),
  ).toEqual(['ready', 'CONSTRAINT', 'CONSTRAINT', 'INVALID_ARGUMENT']);
  const rows = await store.read((view) =>
    view.selectFrom('account').select(['owner', 'balance']).orderBy('id').execute(),
  );
  expect(rows).toEqual([
    { owner: 'bank', balance: 50 },
    { owner: 'ada', balance: 50 },
  ]);
});

test('S4: a snapshot cannot write or leave its state, by query, raw SQL or transaction', async () => {
  await using place = await databaseIn('sql');
  await using store = await openDriver(accounts({ path: place.path }));
  await store.read(async (view) => {
    const run = async (text: string): Promise<unknown> => await sql.raw(text).execute(view as never);
    await expect(run('DELETE FROM account')).rejects.toMatchObject({ code: 'READ_ONLY' });
    for (const text of [
      'ROLLBACK',
      ' ; -- hm\n/* x */ commit',
      'PRAGMA query_only = 0',
      "ATTACH 'x' AS x",
      'BEGIN',
    ]) {
      await expect(run(text), text).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
    const all = view as unknown as ReturnType<typeof queryBuilder<Schema>>;
    await expect(all.transaction().execute(async () => 1)).rejects.toMatchObject({ code: 'READ_ONLY' });
    await expect(all.deleteFrom('account').execute()).rejects.toMatchObject({ code: 'READ_ONLY' });
  });
});

test('an op that acts on the connection, or is none, is refused before it is queued', async () => {
  await using place = await databaseIn('sql');
  const driver = accounts({ path: place.path });
  const invalid: unknown = expect.objectContaining({ code: 'INVALID_ARGUMENT' });
  for (const text of ['COMMIT', 'savepoint x', 'VACUUM', '/* */ PRAGMA user_version = 9', 'END']) {
    expect(() => driver.admit(execute(sql.raw(text).compile(db))), text).toThrowError(invalid);
  }
  expect(() => driver.admit({ type: 'sql' } as never)).toThrowError(invalid);
  expect(() => driver.admit(execute(db.deleteFrom('account'), { expect: { changes: -1 } }))).toThrowError(
    invalid,
  );
  expect(driver.admit(deposit(1, 'x'.repeat(1_000), 0))).toBeGreaterThan(1_000);
});

test('S4, S10: Kysely streams a snapshot, several at once, and the end of the snapshot ends them', async () => {
  await using place = await databaseIn('sql');
  await using store = await openDriver(accounts({ path: place.path }));
  const rows = Array.from({ length: 1_000 }, (_, index) => deposit(index + 2, `owner-${index}`, index));
  await store.write(...rows);
  const pin = await store.driver.pin();
  const query = pin.view.selectFrom('account').selectAll().orderBy('id');
  let seen = 0;
  for await (const row of query.stream()) {
    seen += 1;
    if (row.id % 300 !== 0) continue;
    for await (const { id } of query.stream()) {
      expect(id).toBe(1);
      break;
    }
    expect(await query.where('id', '=', row.id).execute()).toEqual([row]);
  }
  expect(seen).toBe(1_001);
  const late = query.stream()[Symbol.asyncIterator]();
  await late.next();
  pin.expire();
  await expect(late.next()).rejects.toMatchObject({ code: 'SNAPSHOT_EXPIRED' });
  await pin.release();
});

test('migrations are applied once, in one transaction: a broken one leaves the store as it was', async () => {
  await using place = await databaseIn('sql');
  await (await openDriver(accounts({ path: place.path })))[Symbol.asyncDispose]();
  const broken: Migrations = {
    ...migrations,
    '0002-interest': {
      up: async (migration) => void (await sql`ALTER TABLE account ADD COLUMN rate`.execute(migration)),
    },
    '0003-broken': { up: async () => Promise.reject(new Error('no such luck')) },
  };
  await expect(openDriver(accounts({ path: place.path, migrations: broken }))).rejects.toMatchObject({
    message: expect.stringContaining('no such luck'),
  });
  await using reader = await openDriver(accounts({ path: place.path }), 'read');
  const names = await reader.read((view) => view.introspection.getTables());
  expect(names.find(({ name }) => name === 'account')?.columns.map(({ name }) => name)).toEqual([
    'id',
    'owner',
    'balance',
  ]);
  await expect(openDriver(accounts({ path: place.path, migrations: broken }), 'read')).rejects.toMatchObject({
    code: 'READ_ONLY',
    message: expect.stringContaining('older version'),
  });
  await expect(openDriver(accounts({ path: place.path, applicationId: 7 }))).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
  });
});

test('what the model does not tell is not offered: no changes', async () => {
  await using place = await databaseIn('sql');
  const driver = accounts({ path: place.path });
  expect([driver.changes, driver.capabilities.has('changes')]).toEqual([undefined, false]);
  expect(() => accounts({ path: place.path, applicationId: 2 ** 31 })).toThrowError(
    expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
  );
});
