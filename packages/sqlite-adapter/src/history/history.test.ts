import {
  type Change,
  type Driver,
  formatCursor,
  putArtifact,
  putExecution,
  putFact,
  putStep,
  type RecordOp,
  type RecordView,
  remove,
  removeFact,
} from '@stepwell/core';
import { expect, test } from 'vitest';
import { databaseIn, openDriver } from '../fixtures/open-driver.ts';
import { withSqlite } from '../fixtures/sqlite.ts';
import { sqliteRecords } from '../index.ts';

const run = (id: string): RecordOp => putExecution({ id, name: id, createdAt: 0 });
const step = putStep({ id: 's', executionId: 'e', name: 's', index: 0, createdAt: 0 });
const artifact = (id: string): RecordOp =>
  putArtifact({ id, executionId: 'e', stepId: 's', name: id, filePath: id, createdAt: 0 });

/** The first `count` changes after `epoch`. */
async function follow(driver: Driver<RecordView, RecordOp>, epoch: number, count: number): Promise<Change[]> {
  const { lineage } = await driver.refresh();
  const changes: Change[] = [];
  if (driver.changes === undefined) throw new Error('no changes');
  for await (const change of driver.changes(formatCursor(lineage, epoch), {})) {
    changes.push(change);
    if (changes.length === count) break;
  }
  return changes;
}

test('a change names what was put and removed, with what went along, each id once', async () => {
  await using place = await databaseIn('history');
  await using store = await openDriver(sqliteRecords({ path: place.path }));
  const fact = { subject: 'a', predicate: 'b', object: 'c' };
  const at = Date.now();
  await store.group({
    batches: [{ ops: [run('e'), step, artifact('a'), artifact('b'), run('e'), putFact(fact)] }],
    at,
    seal: { marks: { logs: 1 }, extents: { s: 3 } },
  });
  await store.write(remove('step', 's'), remove('step', 'nothing'), removeFact(fact));
  await store.write(remove('execution', 'e'));
  const [first, second, third] = await follow(store.driver, 0, 3);
  const { lineage } = await store.driver.refresh();
  expect(first).toEqual({
    cursor: formatCursor(lineage, 1),
    epoch: 1,
    at,
    put: { execution: ['e'], step: ['s'], artifact: ['a', 'b'], fact: ['["a","b","c"]'] },
    removed: {},
    extents: { s: 3 },
  });
  expect(second).toMatchObject({
    put: { artifact: ['a', 'b'] },
    removed: { step: ['s'], fact: ['["a","b","c"]'] },
  });
  expect(third).toMatchObject({ put: {}, removed: { execution: ['e'], artifact: ['a', 'b'] } });
});

test('a refused batch is in no change', async () => {
  await using place = await databaseIn('history');
  await using store = await openDriver(sqliteRecords({ path: place.path }));
  await store.group({ batches: [{ ops: [run('x'), step] }, { ops: [run('y')] }] });
  expect((await follow(store.driver, 0, 1))[0]?.put).toEqual({ execution: ['y'] });
});

test('a follower waits for what another handle commits, and ends with its signal or with the driver', async () => {
  await using place = await databaseIn('history');
  await using store = await openDriver(sqliteRecords({ path: place.path }));
  const reader = await openDriver(sqliteRecords({ path: place.path }), 'read');
  const { lineage } = await store.driver.refresh();
  const coming = follow(reader.driver, 0, 2);
  await store.write(run('a'));
  await store.write(run('b'));
  expect((await coming).map(({ epoch }) => epoch)).toEqual([1, 2]);
  const stop = new AbortController();
  const ends = reader.driver
    .changes?.(formatCursor(lineage, 2), { signal: stop.signal })
    [Symbol.asyncIterator]();
  const closes = reader.driver.changes?.(formatCursor(lineage, 2), {})[Symbol.asyncIterator]();
  const last = [ends?.next(), closes?.next()];
  stop.abort();
  expect(await last[0]).toEqual({ done: true, value: undefined });
  await reader[Symbol.asyncDispose]();
  expect(await last[1]).toEqual({ done: true, value: undefined });
});

test('CURSOR_EXPIRED: a foreign lineage, a future epoch, and history that is not kept', async () => {
  await using place = await databaseIn('history');
  await using store = await openDriver(sqliteRecords({ path: place.path, retention: 1_000 }));
  const at = async (cursor: string): Promise<unknown> =>
    await store.driver.changes?.(cursor, {})[Symbol.asyncIterator]().next();
  await store.group({ batches: [{ ops: [run('a')], transactionId: 'old' }], at: 1_000 });
  const { lineage } = await store.driver.refresh();
  for (const cursor of [formatCursor('elsewhere', 0), formatCursor(lineage, 2)]) {
    await expect(at(cursor)).rejects.toMatchObject({ code: 'CURSOR_EXPIRED' });
  }
  await expect(at('nonsense')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  await store.group({ batches: [{ ops: [run('b')] }], at: 3_000 });
  await expect(at(formatCursor(lineage, 0))).rejects.toMatchObject({ code: 'CURSOR_EXPIRED' });
  expect(await at(formatCursor(lineage, 1))).toMatchObject({ value: { epoch: 2 } });
});

test('S8: history and transaction ids go after their retention, a little per commit, and never the head', async () => {
  await using place = await databaseIn('history');
  await using store = await openDriver(sqliteRecords({ path: place.path, retention: 1_000 }));
  for (let epoch = 1; epoch <= 20; epoch += 1) {
    await store.group({ batches: [{ ops: [run('a')], transactionId: `id-${epoch}` }], at: epoch });
  }
  const kept = (): unknown =>
    withSqlite(place.path, (db) => [
      db.prepare('SELECT min(epoch) FROM stepwell_commits').pluck().get(),
      db.prepare('SELECT min(epoch) FROM stepwell_transactions').pluck().get(),
    ]);
  expect(kept()).toEqual([1, 1]);
  await store.group({
    batches: [{ ops: [run('a')], transactionId: 'late' }],
    at: 10_000,
    seal: { marks: { logs: 21 } },
  });
  expect(kept()).toEqual([9, 9]);
  for (const at of [20_000, 30_000, 40_000]) await store.group({ batches: [{ ops: [run('a')] }], at });
  expect((await store.driver.refresh()).epoch).toBe(24);
  expect(kept()).toEqual([24, null]);
  // The marks of an old commit live on in the newest.
  expect((await store.driver.refresh()).marks).toEqual({ logs: 21 });
  const [verdict] = await store.group({ batches: [{ ops: [run('a')], transactionId: 'id-1' }], at: 50_000 });
  expect(verdict?.state).toBe('ready');
});

test('extents: the last line of each stream after an epoch, whatever the streams are called', async () => {
  await using place = await databaseIn('history');
  await using store = await openDriver(sqliteRecords({ path: place.path }));
  const commit = async (extents: Record<string, number>): Promise<unknown> =>
    await store.group({
      batches: [{ ops: [run('a')] }],
      seal: { extents, marks: { logs: store.epoch + 1 } },
    });
  await commit(JSON.parse('{"a": 1, "__proto__": 5}'));
  await commit({ a: 4, b: 2 });
  await commit({ b: 9 });
  const extents = async (since: number): Promise<unknown> =>
    Object.entries((await store.driver.extents?.(since)) ?? {});
  expect(await extents(0)).toEqual([
    ['a', 4],
    ['__proto__', 5],
    ['b', 9],
  ]);
  expect(await extents(1)).toEqual([
    ['a', 4],
    ['b', 9],
  ]);
  expect(await extents(3)).toEqual([]);
  expect((await store.driver.refresh()).marks).toEqual({ logs: 3 });
});

test('S3: marks live on from commit to commit, whoever of two writers made the one before', async () => {
  await using place = await databaseIn('history');
  await using one = await openDriver(sqliteRecords({ path: place.path }));
  await using other = await openDriver(sqliteRecords({ path: place.path }));
  const marks = async (): Promise<unknown> => (await one.driver.refresh()).marks;
  await one.group({ batches: [{ ops: [run('a')] }], seal: { marks: { logs: 1 } } });
  await one.group({ batches: [{ ops: [run('b')] }] });
  expect(await marks()).toEqual({ logs: 1 });
  await other.group({ batches: [{ ops: [run('c')] }], seal: { marks: { logs: 3 } } });
  await one.group({ batches: [{ ops: [run('d')] }] });
  expect(await marks()).toEqual({ logs: 3 });
  // One that was taken back leaves nothing behind.
  const { epoch } = await one.driver.refresh();
  const taken = await one.driver.prepare([{ ops: [run('e')] }], {
    epoch: epoch + 1,
    at: 0,
    durability: 'process-crash',
  });
  await taken.rollback();
  await other.group({ batches: [{ ops: [run('f')] }], seal: { marks: { logs: 5 } } });
  await one.group({ batches: [{ ops: [run('g')] }] });
  expect(await marks()).toEqual({ logs: 5 });
});
