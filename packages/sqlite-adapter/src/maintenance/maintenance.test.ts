import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { putExecution, putFact, type RecordOp, toArray } from '@stepwell/core';
import { sqliteDriver, sqliteRecords } from '@stepwell/sqlite-adapter';
import { expect, test, vi } from 'vitest';
import { databaseIn, type OpenDriver, openDriver } from '../fixtures/open-driver.ts';
import { withSqlite } from '../fixtures/sqlite.ts';

const run = (id: string): RecordOp => putExecution({ id, name: id.repeat(100), createdAt: 0, tags: ['t'] });

async function measures(
  store: OpenDriver<never, never> | OpenDriver<unknown, never>,
): Promise<Map<string, number>> {
  return new Map((await store.driver.stats()).map(({ name, value }) => [name, value]));
}

test('S9, SF-22: the log is written back in the background, and not beyond what a snapshot needs', async () => {
  await using place = await databaseIn('maintenance');
  const options = { path: place.path, checkpointBytes: 64 * 1024, walWarnBytes: 128 * 1024 };
  await using store = await openDriver(sqliteRecords(options));
  await store.write(run('first'));
  const pin = await store.driver.pin();
  const waiting = async (): Promise<number> => {
    const figures = await measures(store as never);
    return (figures.get('records.wal.frames') ?? 0) - (figures.get('records.wal.checkpointed') ?? 0);
  };
  let count = 0;
  await vi.waitFor(
    async () => {
      for (const end = count + 20; count < end; count += 1) await store.write(run(`run-${count}`));
      expect(store.warnings.map(({ id }) => id)).toContain('checkpoint.starved');
    },
    { timeout: 20_000, interval: 1 },
  );
  expect(store.warnings[0]?.details).toMatchObject({ oldestSnapshot: expect.any(Number) });
  expect(await toArray(pin.view.list('execution'))).toHaveLength(1);
  // Held back by the snapshot; free when it is gone, without a further commit.
  expect(await waiting()).toBeGreaterThan(0);
  await pin.release();
  await vi.waitFor(async () => expect(await waiting()).toBe(0), { timeout: 20_000, interval: 5 });
  expect(await store.driver.maintenance?.verify?.()).toMatchObject({ problems: [] });
});

test('a checkpoint that is asked for tells what a reader keeps from it, and empties the log when none does', async () => {
  await using place = await databaseIn('maintenance');
  await using store = await openDriver(sqliteRecords({ path: place.path }));
  await store.write(run('a'));
  const pin = await store.driver.pin();
  await store.write(run('b'));
  const held = await store.driver.maintenance?.checkpoint?.();
  expect(held).toMatchObject({ performed: true, reason: expect.stringMatching(/have to stay/) });
  await pin.release();
  const free = await store.driver.maintenance?.checkpoint?.();
  expect(free).toMatchObject({ performed: true, measures: [{ value: 0 }, { value: 0 }] });
  expect(free?.reason).toBeUndefined();
  expect((await measures(store as never)).get('records.wal.bytes')).toBe(0);
});

test('only one process maintains the store: the lock is waited for, and then BUSY', async () => {
  await using place = await databaseIn('maintenance');
  await using store = await openDriver(sqliteRecords({ path: place.path, busyWait: 20 }));
  const lock = await store.driver.locks?.acquire('maintenance', { mode: 'exclusive' });
  await expect(store.driver.maintenance?.checkpoint?.()).rejects.toMatchObject({
    code: expect.stringMatching(/BUSY|LOCKED/),
  });
  await lock?.release();
  await store.driver.maintenance?.checkpoint?.();
});

test('verify finds what is wrong: damage, missing terms, tags that differ, lost parents', async () => {
  await using place = await databaseIn('maintenance');
  const store = await openDriver(sqliteRecords({ path: place.path }));
  await store.write(run('a'), run('b'), putFact({ subject: 'a', predicate: 'b', object: 'c' }));
  expect(await store.driver.maintenance?.verify?.()).toEqual({ performed: true, measures: [], problems: [] });
  withSqlite(place.path, (db) => {
    db.pragma('foreign_keys = OFF');
    db.exec(`
      DELETE FROM terms WHERE value = 'c';
      DELETE FROM execution_tags WHERE record_id = 'b';
      INSERT INTO execution_tags VALUES ('ghost', 0, 'a');
      INSERT INTO steps (id, execution_id, name, step_index, status, created_at, stop_on_error)
        VALUES ('s', 'nobody', 's', 0, 'pending', 0, 0)`);
  });
  const report = await store.driver.maintenance?.verify?.();
  expect(report?.problems.map(({ id, message }) => `${id}: ${message}`)).toEqual([
    'records.reference: row 1 of steps refers to a row of executions that is not there',
    'records.fact.term: fact 1 2 3 refers to a term that is not there',
    'records.execution.tags: execution b and the table execution_tags differ on the tag t',
    'records.execution.tags: execution a and the table execution_tags differ on the tag ghost',
  ]);
  await store[Symbol.asyncDispose]();
  const root = withSqlite(place.path, (db) =>
    Number(db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'executions_by_name'").pluck().get()),
  );
  const bytes = readFileSync(place.path);
  bytes.fill(0xee, (root - 1) * 4096, root * 4096);
  writeFileSync(place.path, bytes);
  await using damaged = await openDriver(sqliteRecords({ path: place.path }));
  const problems = (await damaged.driver.maintenance?.verify?.())?.problems ?? [];
  expect(problems.filter(({ id }) => /^records\.(integrity|damaged)$/.test(id)).length).toBeGreaterThan(0);
});

test('SF-07: a backup is a whole store, taken while others write; its first writer gives it a lineage of its own', async () => {
  await using place = await databaseIn('maintenance');
  await using store = await openDriver(sqliteRecords({ path: place.path }));
  await store.write(run('a'));
  const path = place.workspace.within('copies', 'backup.db');
  // What an earlier try may have left.
  await store.driver.maintenance?.backup?.(place.workspace.within('copies', 'other.db'));
  writeFileSync(`${path}.partial`, 'half');
  await store.driver.maintenance?.backup?.(path);
  await store.write(run('b'));
  await expect(store.driver.maintenance?.backup?.(path)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  const names = readdirSync(place.workspace.within('copies')).sort();
  expect(names).toEqual(['backup.db', 'other.db']);
  await using copy = await openDriver(sqliteRecords({ path }));
  expect((await copy.read((view) => toArray(view.list('execution')))).map(({ id }) => id)).toEqual(['a']);
  const [original, restored] = [await store.driver.refresh(), await copy.driver.refresh()];
  expect(restored.epoch).toBe(1);
  expect(restored.lineage).not.toBe(original.lineage);
});

test('SF-07: two backups to one place: one is made, the other is refused, and nothing is left of it', async () => {
  await using place = await databaseIn('maintenance');
  await using store = await openDriver(sqliteRecords({ path: place.path }));
  await store.write(run('a'));
  const path = place.workspace.within('copies', 'backup.db');
  const backups = await Promise.allSettled([
    store.driver.maintenance?.backup?.(path),
    store.driver.maintenance?.backup?.(path),
  ]);
  expect(backups).toMatchObject([{ status: 'fulfilled' }, { status: 'rejected', reason: { code: 'BUSY' } }]);
  expect(readdirSync(place.workspace.within('copies'))).toEqual(['backup.db']);
  await using copy = await openDriver(sqliteRecords({ path }));
  expect(await copy.driver.maintenance?.verify?.()).toMatchObject({ problems: [] });
});

test('optimize refreshes what the planner knows, also of a schema that is not ours', async () => {
  await using place = await databaseIn('maintenance');
  await using store = await openDriver(sqliteRecords({ path: place.path }));
  await store.write(...Array.from({ length: 100 }, (_, index) => run(`run-${index}`)));
  expect(await store.driver.maintenance?.optimize?.()).toMatchObject({ performed: true });
  const analysed = withSqlite(place.path, (db) =>
    db.prepare("SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'executions'").pluck().get(),
  );
  expect(analysed).toBeGreaterThan(0);
  await using other = await openDriver(
    sqliteDriver<never>({ path: place.workspace.within('own.db'), migrations: {} }),
  );
  expect(await other.driver.maintenance?.verify?.()).toMatchObject({ problems: [] });
});

test('a reader may verify and back up, and do nothing that changes the file', async () => {
  await using place = await databaseIn('maintenance');
  await using store = await openDriver(sqliteRecords({ path: place.path }));
  await store.write(run('a'));
  await using reader = await openDriver(sqliteRecords({ path: place.path }), 'read');
  expect(await reader.driver.maintenance?.verify?.()).toMatchObject({ problems: [] });
  await reader.driver.maintenance?.backup?.(place.workspace.within('copy.db'));
  await expect(reader.driver.maintenance?.checkpoint?.()).rejects.toMatchObject({ code: 'READ_ONLY' });
  await expect(reader.driver.maintenance?.optimize?.()).rejects.toMatchObject({ code: 'READ_ONLY' });
});

test('the maintenance thread never keeps a process alive, and one that waits for it is not ended early', async () => {
  await using place = await databaseIn('maintenance');
  const script = `
    import { putExecution } from '@stepwell/core';
    import { sqliteRecords } from '@stepwell/sqlite-adapter';
    const driver = sqliteRecords({ path: process.argv[1], checkpointBytes: 0 });
    await driver.open({ mode: 'write', now: Date.now, warn: console.log });
    const run = putExecution({ id: 'a', name: 'a', createdAt: 0 });
    await (await driver.prepare([{ ops: [run] }], { epoch: 1, at: 0, durability: 'process-crash' })).commit({});
    if (process.argv[2] === 'verify') console.log((await driver.maintenance.verify()).problems.length);
    if (process.argv[2] !== 'leave') await driver.close();
    console.log('end');`;
  const run = (what: string): unknown =>
    spawnSync(
      process.execPath,
      ['--input-type=module', '--eval', script, place.workspace.within(`${what}.db`), what],
      {
        encoding: 'utf8',
        timeout: 20_000,
      },
    );
  expect(run('leave')).toMatchObject({ status: 0, stdout: 'end\n', stderr: '' });
  expect(run('close')).toMatchObject({ status: 0, stdout: 'end\n', stderr: '' });
  expect(run('verify')).toMatchObject({ status: 0, stdout: '0\nend\n', stderr: '' });
});
