import { openStore } from '@stepwell/core';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { databaseIn, openDriver } from '../fixtures/open-driver.ts';
import { execute, type Migrations, queryBuilder, type SqlOp, sqliteDriver } from '../index.ts';

interface Schema {
  note: { id: number };
}

const db = queryBuilder<Schema>();
const raw = (text: string): SqlOp => execute(sql.raw(text).compile(db));
const notes: Migrations[string] = {
  up: async (migration) => {
    await sql`CREATE TABLE note (id INTEGER PRIMARY KEY)`.execute(migration);
    await sql`CREATE TABLE other (id INTEGER PRIMARY KEY)`.execute(migration);
  },
};

/** Refuses a batch, and proves that everything stands as before. */
async function refuses(texts: readonly string[]): Promise<void> {
  await using place = await databaseIn('store-tables');
  await using store = await openStore(
    sqliteDriver<Schema>({ path: place.path, migrations: { '0001': notes } }),
  );
  await store.write([raw('INSERT INTO note VALUES (1)')], { transactionId: 'first' });
  for (const text of texts) {
    // The second time the statement comes from the cache.
    for (const round of [1, 2]) {
      await expect(
        store.write([raw('INSERT INTO note VALUES (2)'), raw(text)]),
        `${text}, ${round}`,
      ).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
      });
    }
  }
  expect((await store.write([raw('INSERT INTO note VALUES (3)')])).epoch).toBe(2);
  expect((await store.write([], { transactionId: 'first' })).duplicate).toBe(true);
  const view = await store.withSnapshot((snapshot) => snapshot.view.selectFrom('note').selectAll().execute());
  expect(view).toEqual([{ id: 1 }, { id: 3 }]);
}

test('the tables of the store are its own: no op writes them, however it is spelled', async () => {
  await refuses([
    'DELETE FROM stepwell_commits',
    'DELETE FROM stepwell_commits WHERE epoch = 1',
    'DELETE FROM "STEPWELL_Commits"',
    'UPDATE main.[stepwell_commits] SET at = 0',
    `INSERT INTO stepwell_meta VALUES ('a', 'b')`,
    `REPLACE INTO stepwell_meta VALUES ('lineage', 'b')`,
    `INSERT INTO stepwell_meta VALUES ('lineage', '') ON CONFLICT DO UPDATE SET value = 'x' RETURNING value`,
    'WITH gone AS (SELECT 1) DELETE FROM stepwell_transactions',
    '/* harmless */ ; -- really\n DELETE FROM stepwell_migrations',
    'DELETE FROM stepwell_store_migrations',
    'UPDATE stepwell_migrations_lock SET is_locked = 1',
  ]);
});

test('no op makes, changes or drops what bears the name of the store, or stands on its tables', async () => {
  await refuses([
    'DROP TABLE stepwell_commits',
    'DROP INDEX stepwell_transactions_by_epoch',
    'ALTER TABLE stepwell_meta ADD COLUMN more TEXT',
    'ALTER TABLE stepwell_meta RENAME TO mine',
    'ALTER TABLE note RENAME TO stepwell_note',
    'CREATE TABLE stepwell_more (a)',
    'CREATE TABLE "Stepwell_more" AS SELECT 1 AS a',
    'CREATE VIEW stepwell_seen AS SELECT 1',
    'CREATE VIRTUAL TABLE stepwell_words USING fts5(word)',
    'CREATE INDEX mine ON stepwell_commits (at)',
    'CREATE TRIGGER mine AFTER INSERT ON stepwell_commits BEGIN DELETE FROM note; END',
    'CREATE TEMP TABLE stepwell_commits (epoch)',
    'CREATE TEMPORARY TABLE mine (a)',
    'CREATE TABLE temp.mine (a)',
    'CREATE TEMP TRIGGER mine AFTER INSERT ON main.note BEGIN SELECT 1; END',
    'CREATE TEMP VIEW mine AS SELECT 1',
  ]);
});

test('a trigger or a cascade that would write them for an op is found too', async () => {
  await using place = await databaseIn('store-tables');
  const migrations: Migrations = {
    '0001': notes,
    '0002': {
      up: async (migration) => {
        await sql`CREATE TRIGGER sly AFTER INSERT ON note BEGIN DELETE FROM stepwell_transactions; END`.execute(
          migration,
        );
        await sql`CREATE VIEW face AS SELECT id FROM note`.execute(migration);
        await sql`CREATE TRIGGER slier INSTEAD OF DELETE ON face BEGIN DELETE FROM stepwell_meta; END`.execute(
          migration,
        );
      },
    },
  };
  await using store = await openStore(sqliteDriver<Schema>({ path: place.path, migrations }));
  for (const text of ['INSERT INTO note VALUES (1)', 'DELETE FROM face']) {
    await expect(store.write([raw(text)]), text).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  }
  await store.write([raw('INSERT INTO other VALUES (1)')]);
  // What a dropped trigger made harmless is looked at again when the drop is taken back.
  const failing = execute(db.deleteFrom('note').where('id', '=', 7), { expect: { changes: 1 } });
  const dropping = [raw('DROP TRIGGER sly'), raw('INSERT INTO note VALUES (1)')];
  await expect(store.write([...dropping, failing])).rejects.toMatchObject({ code: 'CONSTRAINT' });
  await expect(store.write([raw('INSERT INTO note VALUES (1)')])).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
  });
  await store.write(dropping);
  await store.write([raw('INSERT INTO note VALUES (2)')]);
});

test('S1: within a group, what a refused batch did to the schema is forgotten before the next', async () => {
  await using place = await databaseIn('store-tables');
  const sly: Migrations[string] = {
    up: async (migration) =>
      void (await sql`CREATE TRIGGER sly AFTER INSERT ON note BEGIN DELETE FROM stepwell_meta; END`.execute(
        migration,
      )),
  };
  const migrations: Migrations = { '0001': notes, '0002': sly };
  await using store = await openDriver(sqliteDriver<Schema>({ path: place.path, migrations }));
  const failing = execute(db.deleteFrom('note').where('id', '=', 7), { expect: { changes: 1 } });
  const verdicts = await store.group({
    batches: [
      { ops: [raw('DROP TRIGGER sly'), raw('INSERT INTO note VALUES (1)'), failing] },
      { ops: [raw('INSERT INTO note VALUES (1)')] },
      { ops: [raw('INSERT INTO other VALUES (1)')] },
    ],
  });
  expect(
    verdicts.map((verdict) => (verdict.state === 'rejected' ? verdict.error.code : verdict.state)),
  ).toEqual(['CONSTRAINT', 'INVALID_ARGUMENT', 'ready']);
});

test('they can be read, and the schema of a user can be changed by an op', async () => {
  await using place = await databaseIn('store-tables');
  await using store = await openStore(
    sqliteDriver<Schema>({ path: place.path, migrations: { '0001': notes } }),
  );
  const { results } = await store.write([
    raw('SELECT count(*) AS commits FROM stepwell_commits'),
    raw('CREATE TABLE IF NOT EXISTS note (id)'),
    raw('ALTER TABLE note ADD COLUMN text TEXT'),
    raw('CREATE TABLE more (a)'),
    raw(`INSERT INTO note VALUES (1, 'x') RETURNING text`),
    raw('INSERT INTO more SELECT epoch FROM stepwell_commits'),
    raw('DROP TABLE other'),
    raw('DROP TABLE IF EXISTS nowhere'),
    raw('ANALYZE'),
    raw('REINDEX note'),
  ]);
  expect(results[0]).toMatchObject({ rows: [{ commits: 0 }] });
  expect(results[4]).toEqual({ rows: [{ text: 'x' }], changes: 1 });
});

test.each([
  'BEGIN',
  'commit',
  '\u{FEFF}COMMIT',
  '\f\r\n; ;-- a\n/* b */END',
  '/* never closed',
  'ROLLBACK TO batch',
  'SAVEPOINT x',
  'RELEASE batch',
  'PRAGMA journal_mode = DELETE',
  'pragma/**/user_version',
  `ATTACH 'x' AS x`,
  'DETACH main',
  'VACUUM',
  `VACUUM INTO 'x'`,
  'SELECT 1; SELECT 2',
  'INSERT INTO note VALUES (1); COMMIT',
  'INSERT INTO note VALUES (1)\0; COMMIT',
  `INSERT INTO note VALUES ('\ud800')`,
  '',
  ' ; ',
  'SELEC 1',
  'SELECT * FROM nowhere',
])('an op that is no single statement about data is refused: %j', async (text) => {
  await using place = await databaseIn('store-tables');
  await using store = await openStore(
    sqliteDriver<Schema>({ path: place.path, migrations: { '0001': notes } }),
  );
  await expect(store.write([raw(text)])).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  expect((await store.write([raw('INSERT INTO note VALUES (1)')])).epoch).toBe(1);
});

test('identifiers that need quotes are quoted by Kysely; a NUL in one is refused', async () => {
  await using place = await databaseIn('store-tables');
  const odd = `a"b'; DROP TABLE note; -- é 😀`;
  const any = queryBuilder<Record<string, Record<string, unknown>>>();
  await using store = await openStore(
    sqliteDriver<Record<string, Record<string, unknown>>>({
      path: place.path,
      migrations: {
        '0001': {
          up: async (migration) => await migration.schema.createTable(odd).addColumn(odd, 'text').execute(),
        },
      },
    }),
  );
  await store.write([execute(any.insertInto(odd).values({ [odd]: 'x' }))]);
  const rows = await store.withSnapshot(({ view }) => view.selectFrom(odd).selectAll().execute());
  expect(rows).toEqual([{ [odd]: 'x' }]);
  await expect(store.write([execute(any.insertInto('a\0b').values({ a: 1 }))])).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
  });
  await store.withSnapshot(async ({ view }) => {
    await expect(view.selectFrom('a\0b').selectAll().execute()).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });
});
