import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { StoreError } from '../errors/store-error.ts';
import { codeOf } from '../fixtures/code-of.ts';
import { latch } from '../fixtures/latch.ts';
import { ScriptedDisk, ScriptedDriver } from '../fixtures/scripted-driver.ts';
import { openStore } from '../store/open-store.ts';
import type { StoreWarning } from '../store/warning.ts';
import { memoryLocks } from './memory-locks.ts';

test('S5 shared: writers take turns on one epoch line, each after catching up', async () => {
  const disk = new ScriptedDisk();
  const drivers = [new ScriptedDriver({}, disk), new ScriptedDriver({}, disk)];
  const stores = await Promise.all(drivers.map((driver) => openStore(driver, { writer: 'shared' })));
  const epochs: (number | null)[] = [];
  for (let round = 0; round < 5; round += 1) {
    for (const [index, store] of stores.entries()) {
      epochs.push((await store.write([`${round} of ${index}`])).epoch);
    }
  }
  expect(epochs).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(disk.applied).toHaveLength(10);
  for (const driver of drivers) {
    expect(driver.calls).toEqual([
      'open write',
      ...Array.from({ length: 5 }, () => ['refresh', 'prepare', 'commit']).flat(),
    ]);
  }
  expect(disk.locks.has('writer')).toBe(false);
  await Promise.all(stores.map((store) => store.close()));
});

test('S5 shared: many writers at once lose nothing', async () => {
  const disk = new ScriptedDisk();
  const stores = await Promise.all(
    Array.from({ length: 5 }, () => openStore(new ScriptedDriver({}, disk), { writer: 'shared' })),
  );
  const written = await Promise.all(
    stores.flatMap((store, index) =>
      Array.from({ length: 20 }, (_, count) => store.write([`${index}/${count}`])),
    ),
  );
  expect(new Set(disk.applied).size).toBe(100);
  expect(disk.head.epoch).toBe(Math.max(...written.map(({ epoch }) => epoch ?? 0)));
  await Promise.all(stores.map((store) => store.close()));
});

test('S5 shared: a turn that does not come is BUSY, and the write can be made again', async () => {
  const disk = new ScriptedDisk();
  const inCommit = latch();
  const goOn = latch();
  const hog = await openStore(
    new ScriptedDriver(
      {
        commit: async (apply) => {
          inCommit.open();
          await goOn.passed;
          apply();
        },
      },
      disk,
    ),
    { writer: 'shared' },
  );
  const other = await openStore(new ScriptedDriver({}, disk), { writer: 'shared', busyWait: 5 });
  const hogging = hog.write(['hog']);
  await inCommit.passed;
  await expect(other.write(['other'])).rejects.toMatchObject({ code: 'BUSY', retryable: true });
  goOn.open();
  expect((await hogging).epoch).toBe(1);
  expect((await other.write(['other'])).epoch).toBe(2);
  await hog.close();
  await other.close();
});

test('S5 shared: waiting for the turn makes no group smaller', async () => {
  const disk = new ScriptedDisk();
  const driver = new ScriptedDriver({}, disk);
  const store = await openStore(driver, { writer: 'shared', group: { ms: 20 } });
  const others = memoryLocks(disk.locks);
  for (let round = 0; round < 6; round += 1) {
    const lock = await others.acquire('writer', { mode: 'exclusive', wait: 5_000 });
    const writing = store.write([`${round}`]);
    // Longer than a group may take.
    await sleep(45);
    await lock.release();
    await writing;
  }
  await Promise.all(Array.from({ length: 100 }, (_, count) => store.write([`more ${count}`])));
  expect(driver.groups.map((group) => group.length)).toEqual([1, 1, 1, 1, 1, 1, 100]);
  await store.close();
});

test('S5 shared: an exclusive writer keeps shared ones out, and they it', async () => {
  const disk = new ScriptedDisk();
  const open = (options: object) => openStore(new ScriptedDriver({}, disk), options);
  const shared = await open({ writer: 'shared', busyWait: 5 });
  const exclusive = await open({});
  expect(await codeOf(shared.write(['a']))).toBe('BUSY');
  // To whoever opens it is LOCKED; to whoever writes it may pass.
  await expect(open({ writer: 'shared', busyWait: 5 })).rejects.toMatchObject({
    code: 'LOCKED',
    details: { holder: { pid: process.pid } },
  });
  await exclusive.close();
  expect((await shared.write(['a'])).epoch).toBe(1);
  await shared.close();
});

test('S5 shared: a turn that fails gives the lock back', async () => {
  const disk = new ScriptedDisk();
  const store = await openStore(
    new ScriptedDriver(
      {
        refresh: async () => {
          throw new StoreError('CORRUPT', 'a damaged page');
        },
      },
      disk,
    ),
    { writer: 'shared' },
  );
  expect(await codeOf(store.write(['a']))).toBe('CORRUPT');
  expect(disk.locks.size).toBe(0);
  await store.close();
});

test('S2 shared: a lock that cannot be released does not make a commit look failed', async () => {
  const warnings: StoreWarning[] = [];
  const driver = new ScriptedDriver();
  const { acquire } = driver.locks;
  const store = await openStore(driver, { writer: 'shared', onWarning: (warning) => warnings.push(warning) });
  driver.locks.acquire = async (name, request) => {
    const lock = await acquire(name, request);
    return {
      ...lock,
      release: async () => {
        await lock.release();
        throw new Error('the lock file is gone');
      },
    };
  };
  expect((await store.write(['a'])).epoch).toBe(1);
  expect(warnings.map(({ id }) => id)).toEqual(['lock.not-released']);
  await store.close();
});

/** A shared store whose turn somebody else has, and a write that waits for it and can be taken back. */
async function waitingForTurn() {
  const driver = new ScriptedDriver({}, new ScriptedDisk());
  const store = await openStore(driver, { writer: 'shared' });
  const hog = await driver.locks.acquire('writer', { mode: 'exclusive' });
  const abort = new AbortController();
  const aborted = codeOf(store.write(['taken back'], { signal: abort.signal }));
  return { driver, store, hog, abort, aborted };
}

test('S5 shared: while the turn has not come, a write can be taken back and others join', async () => {
  const { driver, store, hog, abort, aborted } = await waitingForTurn();
  const first = store.write(['first']);
  // Both are past the queue's tick now, and wait for the turn.
  await sleep(1);
  const second = store.write(['second']);
  abort.abort();
  expect(await aborted).toBe('ABORTED');
  await hog.release();
  expect([(await first).epoch, (await second).epoch]).toEqual([1, 1]);
  expect(driver.disk.applied).toEqual(['first', 'second']);
  await store.close();
});

test('S5 shared: a turn for which nothing is left commits nothing', async () => {
  const { driver, store, hog, abort, aborted } = await waitingForTurn();
  await sleep(1);
  abort.abort();
  expect(await aborted).toBe('ABORTED');
  await hog.release();
  await store.flush();
  expect(driver.calls.filter((call) => call === 'prepare')).toEqual([]);
  expect((await store.write(['next'])).epoch).toBe(1);
  await store.close();
});
