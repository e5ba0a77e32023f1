import {
  type Change,
  formatCursor,
  openReader,
  openStore,
  parseCursor,
  type Reader,
  StoreError,
} from '@stepwell/core';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { databaseIn } from '../fixtures/open-driver.ts';
import { withSqlite } from '../fixtures/sqlite.ts';
import { execute, type Migrations, queryBuilder, type SqlOp, sqliteDriver } from '../index.ts';

interface Schema {
  orders: { id: number | bigint; customer: string };
  items: { order_id: number | bigint; line: number; sku: string };
  notes: { text: string };
  prices: { at: number | null; amount: number };
  ['__proto__']: { id: string };
  secrets: { id: number };
}

const migrations: Migrations = {
  '0001-shop': {
    up: async (db) => {
      for (const text of [
        'CREATE TABLE orders (id INTEGER PRIMARY KEY, customer TEXT UNIQUE) STRICT',
        `CREATE TABLE items (order_id INTEGER NOT NULL REFERENCES orders ON DELETE CASCADE ON UPDATE CASCADE, line INTEGER,
          sku TEXT, PRIMARY KEY (order_id, line)) STRICT, WITHOUT ROWID`,
        'CREATE TABLE notes (text TEXT)',
        'CREATE TABLE prices (at REAL PRIMARY KEY, amount INTEGER)',
        'CREATE TABLE "__proto__" (id TEXT COLLATE NOCASE PRIMARY KEY)',
        'CREATE TABLE secrets (id INTEGER PRIMARY KEY)',
        'CREATE TABLE "a ""b" (rowid TEXT, "k ""1" TEXT)',
        'CREATE TABLE hidden (rowid TEXT, _rowid_ TEXT, oid TEXT)',
        'CREATE VIEW seen AS SELECT * FROM orders',
        'CREATE VIRTUAL TABLE words USING fts5(word)',
        `CREATE TRIGGER no_eve AFTER INSERT ON orders WHEN new.customer = 'eve'
          BEGIN DELETE FROM orders WHERE id = new.id; END`,
      ]) {
        await sql.raw(text).execute(db);
      }
    },
  },
};

const followed = ['orders', 'items', 'notes', 'prices', '__proto__'] as const;
const db = queryBuilder<Schema>();
const raw = (text: string): SqlOp => execute(sql.raw(text).compile(db));
const shop = (path: string, changes: readonly (keyof Schema)[] | undefined = followed) =>
  sqliteDriver<Schema>({ path, migrations, ...(changes !== undefined && { changes }) });
const order = (id: number | bigint, customer: string): SqlOp =>
  execute(db.insertInto('orders').values({ id, customer }));

/** The changes from `epoch` on, until `count` have come. */
async function follow(store: Reader<unknown>, epoch: number, count: number): Promise<Change[]> {
  const cursor = await store.withSnapshot((snapshot) => snapshot.cursor);
  const since = formatCursor(parseCursor(cursor)?.lineage ?? '', epoch);
  const changes: Change[] = [];
  for await (const change of store.changes({ since, signal: AbortSignal.timeout(10_000) })) {
    changes.push(change);
    if (changes.length === count) return changes;
  }
  throw new Error(`only ${changes.length} changes came`);
}

async function inShop(
  use: (told: (...ops: SqlOp[]) => Promise<Pick<Change, 'put' | 'removed'>>) => Promise<void>,
) {
  await using place = await databaseIn('changes');
  await using store = await openStore(shop(place.path));
  await use(async (...ops) => {
    const { epoch } = await store.write(ops);
    const [change] = await follow(store, (epoch ?? 0) - 1, 1);
    if (change === undefined) throw new Error('no change');
    return { put: change.put, removed: change.removed };
  });
}

test('S3: a change names the rows of the declared tables by their keys, whatever form these have', async () => {
  await inShop(async (told) => {
    const change = await told(
      order(7, 'ada'),
      order(2n ** 53n + 1n, 'bob'),
      execute(db.insertInto('items').values({ order_id: 2n ** 53n + 1n, line: 1, sku: 'bolt' })),
      execute(db.insertInto('notes').values([{ text: 'a' }, { text: 'b' }])),
      execute(
        db
          .insertInto('prices')
          .values([1, 2.5, Number.POSITIVE_INFINITY, null].map((at) => ({ at, amount: 1 }))),
      ),
      raw(`INSERT INTO prices VALUES (x'00ff', 1)`),
      execute(db.insertInto('__proto__').values({ id: 'Ada "x"' })),
      execute(db.insertInto('secrets').values({ id: 1 })),
    );
    expect(Object.entries(change.put).sort()).toEqual([
      ['__proto__', ['Ada "x"']],
      ['items', ['[9007199254740993,1]']],
      ['notes', ['1', '2']],
      ['orders', ['7', '9007199254740993']],
      ['prices', ['[1]', '[2.5]', '[{"real":"Infinity"}]', '[null]', '[{"blob":"00ff"}]']],
    ]);
    expect(change.removed).toEqual({});
  });
});

test('S3: cascades, changes of the key, REPLACE, UPSERT and triggers of the schema are told as they end', async () => {
  await inShop(async (told) => {
    const item = (order_id: number, line: number): SqlOp =>
      execute(db.insertInto('items').values({ order_id, line, sku: 'x' }));
    await told(order(1, 'ada'), order(2, 'bob'), item(1, 1), item(1, 2), item(2, 1));
    expect(await told(raw('UPDATE orders SET id = 3 WHERE id = 2'))).toEqual({
      put: { orders: ['3'], items: ['[3,1]'] },
      removed: { orders: ['2'], items: ['[2,1]'] },
    });
    expect(await told(raw('DELETE FROM orders WHERE id = 1'))).toEqual({
      put: {},
      removed: { orders: ['1'], items: ['[1,1]', '[1,2]'] },
    });
    // Row 3 makes room for the name that row 9 takes.
    expect(await told(raw(`REPLACE INTO orders VALUES (9, 'bob')`))).toEqual({
      put: { orders: ['9'] },
      removed: { orders: ['3'], items: ['[3,1]'] },
    });
    expect(
      await told(raw(`INSERT INTO orders VALUES (9, 'x') ON CONFLICT DO UPDATE SET customer = 'bill'`)),
    ).toEqual({ put: { orders: ['9'] }, removed: {} });
    expect(await told(raw('INSERT OR IGNORE INTO orders VALUES (9, NULL)'))).toEqual({
      put: {},
      removed: {},
    });
    expect(await told(order(5, 'eve'))).toEqual({ put: {}, removed: { orders: ['5'] } });
    expect(await told(order(6, 'cid'), raw('DELETE FROM orders'))).toEqual({
      put: {},
      removed: { orders: ['6', '9'] },
    });
    await told(execute(db.insertInto('__proto__').values({ id: 'ada' })));
    const spelled = await told(execute(db.updateTable('__proto__').set({ id: 'ADA' })));
    expect([Object.entries(spelled.put), Object.entries(spelled.removed)]).toEqual([
      [['__proto__', ['ADA']]],
      [['__proto__', ['ada']]],
    ]);
  });
});

test('S1, S3: a refused batch is in no change, and rows of its neighbours are', async () => {
  await using place = await databaseIn('changes');
  await using store = await openStore(shop(place.path));
  const settled = await Promise.allSettled([
    store.write([order(1, 'ada')]),
    store.write([order(2, 'bob'), order(3, 'ada')]),
    store.write([
      order(4, 'dan'),
      execute(db.deleteFrom('orders').where('id', '=', 99), { expect: { changes: 1 } }),
    ]),
    store.write([order(5, 'fay')]),
  ]);
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
  const epoch = await store.withSnapshot((snapshot) => snapshot.epoch);
  const ids = (await follow(store, 0, epoch)).flatMap(({ put }) => put.orders ?? []);
  expect(ids).toEqual(['1', '5']);
});

test('S3: a reader follows across a reopen; a commit of a program that follows less is a gap', async () => {
  await using place = await databaseIn('changes');
  const first = await openStore(shop(place.path));
  await first.write([order(1, 'ada')]);
  await first.close();
  await using reader = await openReader(shop(place.path, ['orders', 'items']));
  const again = await openStore(shop(place.path));
  await again.write([order(2, 'bob')]);
  expect((await follow(reader, 0, 2)).map(({ put }) => put)).toEqual([{ orders: ['1'] }, { orders: ['2'] }]);
  await again.close();
  const less = await openStore(shop(place.path, ['orders']));
  await less.write([order(3, 'cid')]);
  await expect(follow(reader, 2, 1)).rejects.toMatchObject({
    code: 'CURSOR_EXPIRED',
    details: { kinds: ['items'] },
  });
  expect(await follow(less, 2, 1)).toMatchObject([{ put: { orders: ['3'] } }]);
  await less.close();
  const none = await openStore(sqliteDriver<Schema>({ path: place.path, migrations }));
  await none.write([order(4, 'dan')]);
  await none.close();
  await expect(follow(reader, 3, 1)).rejects.toMatchObject({ code: 'CURSOR_EXPIRED' });
});

test('without declared tables changes are NOT_SUPPORTED, and nothing is noted', async () => {
  await using place = await databaseIn('changes');
  await using store = await openStore(sqliteDriver<Schema>({ path: place.path, migrations }));
  await store.write([order(1, 'ada')]);
  expect(store.capabilities.has('changes')).toBe(false);
  await expect(follow(store, 0, 1)).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
  const noted = withSqlite(place.path, (file) =>
    file.prepare('SELECT put, removed FROM stepwell_commits').raw().all(),
  );
  expect(noted).toEqual([[null, null]]);
});

test('the triggers leave nothing in the file, and no op takes them away', async () => {
  await using place = await databaseIn('changes');
  await using store = await openStore(shop(place.path));
  await store.write([order(1, 'ada')]);
  const triggers = withSqlite(place.path, (file) =>
    file.prepare(`SELECT name FROM sqlite_schema WHERE type = 'trigger'`).pluck().all(),
  );
  expect(triggers).toEqual(['no_eve']);
  for (const name of ['stepwell_follow_0_insert', 'temp.stepwell_follow_0_delete']) {
    await expect(store.write([raw(`DROP TRIGGER ${name}`)])).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  }
  await store.write([raw('DROP TRIGGER no_eve'), order(2, 'eve')]);
  expect(await follow(store, 1, 1)).toMatchObject([{ put: { orders: ['2'] } }]);
});

test.each([
  'nowhere',
  'Orders',
  'seen',
  'words',
  'hidden',
  'stepwell_commits',
  'sqlite_schema',
  'temp.orders',
  '',
  'a\0b',
  'orders"; DROP TABLE orders; --',
])('a table that cannot be followed is INVALID_ARGUMENT: %j', async (name) => {
  await using place = await databaseIn('changes');
  const driver = sqliteDriver<Record<string, unknown>>({ path: place.path, migrations, changes: [name] });
  const opened = openStore(driver);
  await expect(opened).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  await using store = await openStore(shop(place.path));
  expect(await store.withSnapshot(({ epoch }) => epoch)).toBe(0);
});

test('names that need quotes are followed; lists that make no sense are refused', async () => {
  await using place = await databaseIn('changes');
  await using store = await openStore(sqliteDriver({ path: place.path, migrations, changes: ['a "b'] }));
  await store.write([raw(`INSERT INTO "a ""b" VALUES ('x', 'y')`)]);
  expect((await follow(store, 0, 1))[0]?.put).toEqual({ 'a "b': ['1'] });
  for (const changes of [[], ['orders', 'orders'], [1], 'orders', null]) {
    expect(() => sqliteDriver({ path: place.path, migrations, changes: changes as never })).toThrowError(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
  }
});

test('S3: a change of the schema keeps its followed tables followed, and one that drops them is refused', async () => {
  await using place = await databaseIn('changes');
  await using store = await openStore(shop(place.path));
  await expect(store.write([raw('DROP TABLE notes')])).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  await store.write([raw(`INSERT INTO notes VALUES ('still here')`)]);
  await store
    .write([
      raw('DROP TABLE notes'),
      raw('CREATE TABLE notes (a TEXT, b INTEGER, text TEXT, PRIMARY KEY (a, b))'),
      raw(`INSERT INTO notes VALUES ('k', 1, 'new')`),
    ])
    .then(
      () => expect.unreachable('an op leaves its table unfollowed'),
      (error: unknown) => expect(error).toBeInstanceOf(StoreError),
    );
  await store.write([
    raw('ALTER TABLE notes RENAME COLUMN text TO body'),
    raw(`INSERT INTO notes VALUES ('again')`),
  ]);
  const changes = await follow(store, 0, 2);
  expect(changes.map(({ put }) => put)).toEqual([{ notes: ['1'] }, { notes: ['2'] }]);
});

test('S3, S5: when another program changes the schema, rows are told by the new key, and a lost table is refused', async () => {
  await using place = await databaseIn('changes');
  const options = { path: place.path, changes: ['notes'] as const };
  const plain: Migrations = {
    '0001-plain': {
      up: async (db) => {
        await sql`CREATE TABLE notes (text TEXT)`.execute(db);
        await sql`CREATE TABLE orders (id INTEGER PRIMARY KEY, customer TEXT)`.execute(db);
      },
    },
  };
  const open = () => openStore(sqliteDriver<Schema>({ ...options, migrations: plain }), { writer: 'shared' });
  await using old = await open();
  await using fresh = await open();
  await old.write([raw(`INSERT INTO notes VALUES ('a')`)]);
  withSqlite(place.path, (file) =>
    file.exec(
      'DROP TABLE notes; CREATE TABLE notes (text TEXT, part INTEGER DEFAULT 0, PRIMARY KEY (text, part))',
    ),
  );
  await old.write([raw(`INSERT INTO notes (text) VALUES ('b')`)]);
  await fresh.write([raw(`INSERT INTO notes (text) VALUES ('c')`)]);
  expect((await follow(old, 0, 3)).map(({ put }) => put.notes)).toEqual([['1'], ['["b",0]'], ['["c",0]']]);
  withSqlite(place.path, (file) => file.exec('ALTER TABLE notes RENAME TO lost'));
  await expect(old.write([raw(`INSERT INTO orders VALUES (1, 'x')`)])).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
  });
  withSqlite(place.path, (file) => file.exec('ALTER TABLE lost RENAME TO notes'));
  await old.write([raw(`INSERT INTO notes (text) VALUES ('d')`)]);
  expect(await follow(fresh, 3, 1)).toMatchObject([{ put: { notes: ['["d",0]'] } }]);
});
