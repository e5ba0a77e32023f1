import { expect, test } from 'vitest';
import { StoreError } from '../errors/store-error.ts';
import { codeOf } from '../fixtures/code-of.ts';
import { latch } from '../fixtures/latch.ts';
import { ScriptedDisk, ScriptedDriver } from '../fixtures/scripted-driver.ts';
import { openReader } from './open-reader.ts';
import { openStore } from './open-store.ts';

test('S5: nothing is read before the lock is held, and it goes last', async () => {
  const disk = new ScriptedDisk();
  const held: boolean[] = [];
  const note = async (): Promise<void> => {
    held.push(disk.locks.has('writer'));
  };
  const store = await openStore(new ScriptedDriver({ open: note, close: note }, disk));
  await store.close();
  expect(held).toEqual([true, true]);
  expect(disk.locks.size).toBe(0);
});

test('S5: the second exclusive writer is told who holds the lock', async () => {
  const disk = new ScriptedDisk();
  const first = await openStore(new ScriptedDriver({}, disk), { purpose: 'the first' });
  const driver = new ScriptedDriver({}, disk);
  await expect(openStore(driver)).rejects.toMatchObject({
    code: 'LOCKED',
    details: { holder: { pid: process.pid, purpose: 'the first' } },
  });
  expect(driver.calls).toEqual([]);
  // Waiting does not change what it is called.
  await expect(openStore(new ScriptedDriver({}, disk), { lockWait: 5 })).rejects.toMatchObject({
    code: 'LOCKED',
    cause: { code: 'BUSY' },
    details: { holder: { pid: process.pid } },
  });
  await first.close();
  await (await openStore(driver)).close();
});

test('S5: whoever waits for the lock gets it when it is given back', async () => {
  const disk = new ScriptedDisk();
  const first = await openStore(new ScriptedDriver({}, disk));
  const waiting = openStore(new ScriptedDriver({}, disk), { lockWait: 20_000 });
  await first.close();
  await (await waiting).close();
});

test('S7: an open that fails gives back everything, and the driver can be opened again', async () => {
  const disk = new ScriptedDisk();
  let broken = true;
  const driver = new ScriptedDriver(
    {
      open: async () => {
        if (broken) throw new Error('torn');
      },
      close: async () => {
        if (broken) throw new Error('and it cannot close either');
      },
    },
    disk,
  );
  await expect(openStore(driver)).rejects.toMatchObject({ code: 'IO', cause: { message: 'torn' } });
  expect(driver.calls).toEqual(['open write', 'close']);
  expect(disk.locks.size).toBe(0);
  await expect(openReader(driver)).rejects.toMatchObject({ code: 'IO', cause: { message: 'torn' } });
  broken = false;
  await (await openStore(driver)).close();
});

test('S5: a driver serves one handle at a time', async () => {
  const driver = new ScriptedDriver();
  const store = await openStore(driver);
  expect(await codeOf(openStore(driver))).toBe('INVALID_ARGUMENT');
  expect(await codeOf(openReader(driver))).toBe('INVALID_ARGUMENT');
  await store.close();
});

test('SF-15: a closed handle answers NOT_OPEN to everything, and closing again is nothing', async () => {
  const driver = new ScriptedDriver();
  const store = await openStore(driver);
  await Promise.all([store.close(), store.close()]);
  await store[Symbol.asyncDispose]();
  expect(driver.calls.filter((call) => call === 'close')).toHaveLength(1);
  expect(await codeOf(store.write(['a']))).toBe('NOT_OPEN');
  expect(await codeOf(store.flush())).toBe('NOT_OPEN');
  expect(await codeOf(store.sync())).toBe('NOT_OPEN');
  expect(await codeOf(store.snapshot())).toBe('NOT_OPEN');
  expect(await codeOf(store.withSnapshot(() => 1))).toBe('NOT_OPEN');
  expect(await codeOf(() => store.changes({ since: 'first.0' }))).toBe('NOT_OPEN');
  expect(await codeOf(store.session())).toBe('NOT_OPEN');
  expect(await codeOf(store.stats())).toBe('NOT_OPEN');
});

test('S2: close commits what was written before it, and lets nothing in after', async () => {
  const inCommit = latch();
  const goOn = latch();
  const driver = new ScriptedDriver({
    commit: async (apply) => {
      inCommit.open();
      await goOn.passed;
      apply();
    },
  });
  const store = await openStore(driver, { queue: { ops: 2 } });
  const before = ['a', 'b', 'c', 'd', 'e', 'f'].map((op) => store.write([op]));
  await inCommit.passed;
  const closing = store.close();
  expect(await codeOf(store.write(['late']))).toBe('NOT_OPEN');
  goOn.open();
  const epochs = (await Promise.all(before)).map(({ epoch }) => epoch);
  await closing;
  expect(epochs).not.toContain(null);
  expect(driver.disk.applied).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  expect(driver.calls.at(-1)).toBe('close');
});

test('SF-15: every part of closing runs, also when one before it fails', async () => {
  const disk = new ScriptedDisk();
  const driver = new ScriptedDriver(
    {
      close: async () => {
        throw new StoreError('IO', 'cannot close');
      },
    },
    disk,
  );
  const store = await openStore(driver);
  await store.session();
  const snapshot = await store.snapshot();
  expect(await codeOf(store.close())).toBe('IO');
  expect(await codeOf(store.close())).toBe('IO');
  expect(await codeOf(() => snapshot.view)).toBe('SNAPSHOT_CLOSED');
  expect(driver.pins.size).toBe(0);
  expect(disk.locks.size).toBe(0);
});

test('S6: a reader takes no lock, reads beside the writer, and cannot write', async () => {
  const disk = new ScriptedDisk();
  const store = await openStore(new ScriptedDriver({}, disk));
  const driver = new ScriptedDriver({}, disk);
  const reader = await openReader(driver);
  expect(disk.locks.get('writer')?.count).toBe(1);
  await store.write(['a']);
  expect(await reader.withSnapshot(({ view }) => view.applied)).toEqual(['a']);
  expect('write' in reader).toBe(false);
  await reader.close();
  expect(driver.calls).toEqual(['open read', 'pin', 'close']);
  expect((await store.write(['b'])).epoch).toBe(2);
  await store.close();
});

test('S2: sync commits what is buffered first', async () => {
  const driver = new ScriptedDriver();
  const store = await openStore(driver, { durability: 'none' });
  await store.write(['a']);
  await store.sync();
  expect(driver.calls.slice(-3)).toEqual(['prepare', 'commit', 'sync']);
  await store.close();
});

test('S10: the number of open snapshots is among the measures', async () => {
  const store = await openStore(new ScriptedDriver());
  const snapshot = await store.snapshot();
  const count = { name: 'store.snapshots', unit: 'count' };
  const oldest = { name: 'store.snapshots.oldest', unit: 'milliseconds' };
  expect((await store.stats()).slice(0, 2)).toMatchObject([{ ...count, value: 1 }, oldest]);
  await snapshot.close();
  expect((await store.stats()).slice(0, 2)).toMatchObject([
    { ...count, value: 0 },
    { ...oldest, value: 0 },
  ]);
  await store.close();
});
