import { spawnSync } from 'node:child_process';
import { appendLines, combine, openReader, openStore, toArray } from '@stepwell/core';
import { fileLocks } from '@stepwell/file-lock';
import { fileLogs } from '@stepwell/log-writer';
import { type Migrations, sqliteDriver } from '@stepwell/sqlite-adapter';
import { crashEnvironment, makeWorkspace } from '@stepwell/testkit';
import { sql } from 'kysely';
import { expect, test } from 'vitest';

const first: Migrations = {
  '0001-job': { up: async (db) => void (await sql`CREATE TABLE job (id TEXT PRIMARY KEY)`.execute(db)) },
};
const second: Migrations = {
  ...first,
  '0002-state': { up: async (db) => void (await sql`ALTER TABLE job ADD COLUMN state`.execute(db)) },
};

function driver(directory: string, migrations: Migrations) {
  const locks = fileLocks(`${directory}/locks`);
  const records = sqliteDriver({ path: `${directory}/records.db`, migrations, changes: ['job'], locks });
  return combine({ records, logs: fileLogs({ directory: `${directory}/logs`, locks }) });
}

/** Makes a store of three commits, the last without lines, and dies over a fourth. */
const dying = `
  import { appendLines, combine, combineCrashPoints, openStore } from '@stepwell/core';
  import { fileLocks } from '@stepwell/file-lock';
  import { fileLogs } from '@stepwell/log-writer';
  import { execute, queryBuilder, sqliteDriver } from '@stepwell/sqlite-adapter';
  import { armFromEnvironment } from '@stepwell/testkit';
  import { sql } from 'kysely';
  armFromEnvironment(combineCrashPoints);
  const directory = process.argv[1];
  const locks = fileLocks(directory + '/locks');
  const migrations = { '0001-job': { up: (db) => sql\`CREATE TABLE job (id TEXT PRIMARY KEY)\`.execute(db) } };
  const records = sqliteDriver({ path: directory + '/records.db', migrations, changes: ['job'], locks });
  const store = await openStore(combine({ records, logs: fileLogs({ directory: directory + '/logs', locks }) }));
  const job = (id) => execute(queryBuilder().insertInto('job').values({ id }));
  await store.write([appendLines('a', ['one'])]);
  await store.write([job('a'), appendLines('a', ['two'])]);
  await store.write([job('b')]);
  await store.write([job('never'), appendLines('a', ['never'])]);`;

test('S1, S3, S7: a migration is a commit of a combined store, and no lines of a dead writer become its own', async () => {
  await using workspace = await makeWorkspace('migration');
  const { path } = workspace;
  const { signal, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', dying, path], {
    env: { ...process.env, ...crashEnvironment('combine:logs.prepared', 'kill', 4) },
    encoding: 'utf8',
  });
  expect([signal, stderr]).toEqual(['SIGKILL', '']);

  // The records migrate, and whoever does it dies before it comes to the logs: their frame bears the new epoch.
  const locks = fileLocks(`${path}/locks`);
  const records = sqliteDriver({ path: `${path}/records.db`, migrations: second, changes: ['job'], locks });
  const alone = await openStore(records);
  expect(await alone.withSnapshot(async ({ epoch }) => epoch)).toBe(4);
  await alone.close();

  const textsOf = async (store: Awaited<ReturnType<typeof open>>): Promise<unknown> =>
    await store.withSnapshot(async ({ view, epoch }) => [
      epoch,
      (await toArray(view.logs.lines('a'))).map(({ text }) => text),
    ]);
  const open = () => openReader(driver(path, second));
  const reader = await open();
  expect(await textsOf(reader)).toEqual([4, ['one', 'two']]);
  const warnings: string[] = [];
  const store = await openStore(driver(path, second), { onWarning: ({ id }) => warnings.push(id) });
  expect(warnings).toEqual(['log.tail.cut']);
  expect(await textsOf(store)).toEqual([4, ['one', 'two']]);
  const { epoch, results } = await store.write([appendLines('a', ['three'])]);
  expect([epoch, results]).toEqual([5, [{ stream: 'a', first: 3, last: 3 }]]);
  expect(await textsOf(reader)).toEqual([5, ['one', 'two', 'three']]);
  expect((await store.maintenance.verify()).problems).toEqual([]);
  await reader.close();
  await store.close();
});

test('S7: a combined store migrates while it opens, twice, and opens again', async () => {
  await using workspace = await makeWorkspace('migration');
  const third: Migrations = { ...second, '0003-nothing': { up: async () => {} } };
  let line = 0;
  for (const migrations of [first, second, third, third]) {
    await using store = await openStore(driver(workspace.path, migrations));
    line += 1;
    const { results } = await store.write([appendLines('a', [`line ${line}`])]);
    expect(results).toEqual([{ stream: 'a', first: line, last: line }]);
    const { epochs, last } = await store.withSnapshot(async ({ view, epoch }) => ({
      epochs: (await toArray(view.logs.lines('a'))).map((each) => each.epoch),
      last: epoch,
    }));
    expect([epochs, last]).toEqual([[1, 3, 5, 6].slice(0, line), [1, 3, 5, 6][line - 1]]);
  }
});
