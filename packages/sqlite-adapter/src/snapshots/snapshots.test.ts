import {
  memoryLocks,
  newExecution,
  type Pin,
  putExecution,
  type RecordOp,
  type RecordView,
  remove,
  toArray,
} from '@stepwell/core';
import { expect, test } from 'vitest';
import { openReader } from '../connection/open-connection.ts';
import { databaseIn, openDriver } from '../fixtures/open-driver.ts';
import { sqliteRecords } from '../index.ts';
import { PooledConnection } from './pooled-connection.ts';

const run = (id: string, createdAt = 0): RecordOp => putExecution({ id, name: id, createdAt });
const many = Array.from({ length: 2_000 }, (_, index) => run(`run-${index}`, index));
const idsOf = async (view: RecordView): Promise<string[]> =>
  (await toArray(view.list('execution', { order: 'oldest' }))).map(({ id }) => id);

test('S4: a snapshot shows the commits up to its epoch, whatever is written meanwhile', async () => {
  await using place = await databaseIn('snapshots');
  await using store = await openDriver(sqliteRecords({ path: place.path }));
  await store.write(run('a'));
  const first = await store.driver.pin();
  await store.write(run('b'), remove('execution', 'a'));
  const second = await store.driver.pin();
  await store.write(run('c'));
  expect([first.head.epoch, second.head.epoch]).toEqual([1, 2]);
  expect([await idsOf(first.view), await idsOf(second.view)]).toEqual([['a'], ['b']]);
  await first.release();
  expect(await idsOf(second.view)).toEqual(['b']);
  await second.release();
});

test('S4: a snapshot never shows what is prepared and not committed', async () => {
  await using place = await databaseIn('snapshots');
  await using store = await openDriver(sqliteRecords({ path: place.path }));
  const prepared = await store.driver.prepare([{ ops: [run('a')] }], {
    epoch: 1,
    at: 0,
    durability: 'process-crash',
  });
  const pin = await store.driver.pin();
  await prepared.commit({});
  expect(pin.head.epoch).toBe(0);
  expect(await pin.view.count('execution')).toBe(0);
  await pin.release();
});

test('S4: after release every call and every pull throws, also in the middle of a chunk', async () => {
  await using place = await databaseIn('snapshots');
  await using store = await openDriver(sqliteRecords({ path: place.path }));
  await store.write(...many);
  for (const [end, code] of [
    [async (pin: Pin<RecordView>) => await pin.release(), 'SNAPSHOT_CLOSED'],
    [async (pin: Pin<RecordView>) => pin.expire(), 'SNAPSHOT_EXPIRED'],
  ] as const) {
    const pin = await store.driver.pin();
    const streams = [pin.view.list('execution'), pin.view.list('execution'), pin.view.facts().stream()].map(
      (rows) => rows[Symbol.asyncIterator](),
    );
    expect(await streams[0]?.next()).toMatchObject({ done: false });
    await end(pin);
    for (const stream of streams) await expect(stream.next()).rejects.toMatchObject({ code });
    await expect(pin.view.get('execution', 'run-1')).rejects.toMatchObject({ code });
    await expect(pin.view.count('execution')).rejects.toMatchObject({ code });
    expect(() => pin.view.list('execution')).toThrowError(expect.objectContaining({ code }));
    await pin.release();
    await pin.release();
  }
});

test('S4, S10: a snapshot that expires while rows are on their way ends the stream with an error', async () => {
  await using place = await databaseIn('snapshots');
  await using store = await openDriver(sqliteRecords({ path: place.path }));
  await store.write(...many);
  const pin = await store.driver.pin();
  setImmediate(() => pin.expire());
  await expect(toArray(pin.view.list('execution'))).rejects.toMatchObject({ code: 'SNAPSHOT_EXPIRED' });
  await pin.release();
});

test('S10: streams of one query run side by side, give way to the event loop, and may be left early', async () => {
  await using place = await databaseIn('snapshots');
  await using store = await openDriver(sqliteRecords({ path: place.path }));
  await store.write(...many);
  await store.read(async (view) => {
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 0);
    const lists = [1, 2, 3].map(() => toArray(view.list('execution', { order: 'oldest' })));
    for await (const first of view.list('execution', { order: 'oldest' })) {
      expect(first).toEqual(newExecution({ id: 'run-0', name: 'run-0', createdAt: 0 }));
      break;
    }
    // A read in the middle of a stream of the same snapshot is no deadlock.
    for await (const { id } of view.list('execution', { limit: 3 }))
      expect(await view.get('execution', id)).toBeDefined();
    for (const list of await Promise.all(lists)) expect(list).toHaveLength(many.length);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
  });
});

test('S6: snapshots of one epoch share a connection, those of different epochs are bounded', async () => {
  await using place = await databaseIn('snapshots');
  await using store = await openDriver(
    sqliteRecords({ path: place.path, snapshotConnections: 2, busyWait: 0 }),
  );
  const measure = async (name: string): Promise<number | undefined> =>
    (await store.driver.stats()).find((one) => one.name === name)?.value;
  await store.write(run('a'));
  const pins = [await store.driver.pin(), await store.driver.pin(), await store.driver.pin()];
  expect(await measure('records.snapshots.connections')).toBe(1);
  await store.write(run('b'));
  pins.push(await store.driver.pin());
  await store.write(run('c'));
  await expect(store.driver.pin()).rejects.toMatchObject({ code: 'BUSY', details: { limit: 2 } });
  await Promise.all(pins.slice(0, 3).map((pin) => pin.release()));
  const late = await store.driver.pin();
  expect(late.head.epoch).toBe(3);
  expect(await idsOf(pins[3]?.view ?? late.view)).toEqual(['a', 'b']);
  for (const pin of [...pins, late]) await pin.release();
});

test('S6: a spare connection holds no state still: the log can start over', async () => {
  await using place = await databaseIn('snapshots');
  await using store = await openDriver(sqliteRecords({ path: place.path }));
  await store.write(run('a'));
  await store.read(async (view) => await view.count('execution'));
  await store.write(run('b'));
  const { default: Database } = await import('better-sqlite3');
  const other = new Database(place.path);
  expect(other.pragma('wal_checkpoint(TRUNCATE)')).toEqual([{ busy: 0, log: 0, checkpointed: 0 }]);
  other.close();
});

test('closing the driver releases what is out, and its readers are told', async () => {
  await using place = await databaseIn('snapshots');
  const store = await openDriver(sqliteRecords({ path: place.path }));
  await store.write(...many);
  const pin = await store.driver.pin();
  const stream = pin.view.list('execution')[Symbol.asyncIterator]();
  await stream.next();
  await store[Symbol.asyncDispose]();
  await expect(stream.next()).rejects.toMatchObject({ code: 'SNAPSHOT_CLOSED' });
  await expect(store.driver.pin()).rejects.toMatchObject({ code: 'NOT_OPEN' });
});

test('S3: a lineage is named anew by the first writer after a reboot, and snapshots of older readers tell of it', async () => {
  await using place = await databaseIn('snapshots');
  const writer = await openDriver(sqliteRecords({ path: place.path }));
  await writer.write(run('a'));
  const lineageOf = async (driver: typeof writer.driver): Promise<string> => {
    const pin = await driver.pin();
    await pin.release();
    return pin.head.lineage;
  };
  const own = await lineageOf(writer.driver);
  await writer[Symbol.asyncDispose]();

  const rename = async (...values: string[][]): Promise<void> => {
    const { default: Database } = await import('better-sqlite3');
    const stranger = new Database(place.path);
    for (const [key, value] of values) {
      stranger.prepare('UPDATE stepwell_meta SET value = ? WHERE key = ?').run(value, key);
    }
    stranger.close();
  };
  await rename(['boot', 'an earlier boot']);
  const reader = sqliteRecords({ path: place.path });
  await reader.open({ mode: 'read', now: Date.now, warn: () => {}, locks: memoryLocks() });
  expect([await lineageOf(reader), await lineageOf(reader)]).toEqual([own, own]);
  await rename(['boot', 'this boot'], ['lineage', 'another']);
  expect(await lineageOf(reader)).toBe('another');
  await reader.close();
});

test('S10: of very many connections each has a small cache, and a full one when it is one of few again', async () => {
  await using place = await databaseIn('snapshots');
  await using store = await openDriver(sqliteRecords({ path: place.path, cacheBytes: 4 * 1024 * 1024 }));
  await store.write(run('a'));
  const connection = openReader(place.path, { cacheKiB: 4_096 });
  const pooled = new PooledConnection(connection);
  const sizes = (['full', 'small', 'small', 'full'] as const).map((size) => {
    pooled.resize(size);
    return connection.pragma('cache_size');
  });
  expect(sizes).toEqual([-4_096, -1_024, -1_024, -4_096]);
  pooled.close();
  const small = openReader(place.path, { cacheKiB: 100 });
  const modest = new PooledConnection(small);
  modest.resize('small');
  expect(small.pragma('cache_size')).toBe(-100);
  modest.close();
});
