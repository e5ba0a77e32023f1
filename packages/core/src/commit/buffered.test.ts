import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { StoreError } from '../errors/store-error.ts';
import { codeOf } from '../fixtures/code-of.ts';
import { type Script, ScriptedDriver } from '../fixtures/scripted-driver.ts';
import { openStore } from '../store/open-store.ts';
import type { StoreOptions } from '../store/store-options.ts';
import type { StoreWarning } from '../store/warning.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

async function openBuffered(script: Script = {}, options: StoreOptions = {}) {
  const warnings: StoreWarning[] = [];
  const driver = new ScriptedDriver(script);
  const store = await openStore(driver, {
    durability: 'none',
    onWarning: (warning) => warnings.push(warning),
    ...options,
  });
  return { driver, store, warnings, disk: driver.disk };
}

const unacknowledged = { epoch: null, results: [], duplicate: false };
const ops = (count: number): string[] => Array.from({ length: count }, (_, index) => `op ${index}`);

test('S2 none: a write resolves when it is queued, and commits after a second', async () => {
  const { store, disk } = await openBuffered();
  expect(await store.write(['a'])).toEqual(unacknowledged);
  await vi.advanceTimersByTimeAsync(999);
  expect(disk.applied).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(disk.applied).toEqual(['a']);
  await store.close();
});

test('S2 none: fifty ops commit at once, together', async () => {
  const { driver, store } = await openBuffered();
  for (const op of ops(49)) await store.write([op]);
  await vi.advanceTimersByTimeAsync(500);
  expect(driver.groups).toEqual([]);
  await store.write(['the fiftieth']);
  await store.flush();
  expect(driver.groups.map((group) => group.length)).toEqual([50]);
  await store.close();
});

test('S2 none: flush and close lose nothing', async () => {
  const { store, disk } = await openBuffered();
  await store.write(['a']);
  await store.flush();
  expect(disk.applied).toEqual(['a']);
  await store.write(['b']);
  await store.close();
  expect(disk.applied).toEqual(['a', 'b']);
});

test('S2 none: a write that is acknowledged takes along what was buffered before it', async () => {
  const { store, disk } = await openBuffered();
  await store.write(['a']);
  const { epoch } = await store.write(['b'], { durability: 'process-crash' });
  expect(epoch).toBe(1);
  expect(disk.applied).toEqual(['a', 'b']);
  await store.close();
});

test('S2 none: a failure is warned about and told by flush, once', async () => {
  const { store, warnings, disk } = await openBuffered();
  await store.write(['reject']);
  await store.write(['fine']);
  expect(await codeOf(store.flush())).toBe('CONSTRAINT');
  expect(warnings).toMatchObject([{ id: 'write.buffered-failed', details: { code: 'CONSTRAINT' } }]);
  expect(disk.applied).toEqual(['fine']);
  await store.flush();
  await store.close();
});

test('S2 none: what fails for the moment is kept, in order, and tried again', async () => {
  let full = true;
  const { store, warnings, disk } = await openBuffered({
    prepare: () => {
      if (full) throw new StoreError('NO_SPACE', 'full');
    },
  });
  await store.write(['a']);
  await store.write(['b']);
  expect(await codeOf(store.flush())).toBe('NO_SPACE');
  await store.write(['c']);
  expect(await codeOf(store.flush())).toBe('NO_SPACE');
  expect(warnings.map(({ id }) => id)).toEqual(['write.buffered-waits']);
  full = false;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(disk.applied).toEqual(['a', 'b', 'c']);
  // It went well in the end, so there is nothing left to complain about.
  await store.flush();
  await store.close();
});

test('S2 none: who waits for a write behind one that is kept hears at once, and order is kept', async () => {
  let full = true;
  const { driver, store, disk } = await openBuffered(
    {
      prepare: () => {
        if (full) throw new StoreError('NO_SPACE', 'full');
      },
    },
    { buffered: { ms: 3_600_000 }, group: { ops: 1 }, queue: { ops: 2 } },
  );
  await store.write(['buffered']);
  const awaited = ['x', 'y', 'z'].map((op) => codeOf(store.write([op], { durability: 'process-crash' })));
  expect(await Promise.all(awaited)).toEqual(['NO_SPACE', 'NO_SPACE', 'NO_SPACE']);
  expect(driver.groups).toEqual([[['buffered']]]);
  full = false;
  expect((await store.write(['after'], { durability: 'process-crash' })).epoch).toBe(2);
  expect(disk.applied).toEqual(['buffered', 'after']);
  await store.close();
});

test('S2 none: a close that cannot commit says so, and calls the driver no more', async () => {
  const { driver, store } = await openBuffered({
    prepare: () => {
      throw new StoreError('NO_SPACE', 'full');
    },
  });
  await store.write(['a']);
  expect(await codeOf(store.close())).toBe('NO_SPACE');
  expect(driver.calls.at(-1)).toBe('close');
  await vi.advanceTimersByTimeAsync(10_000);
  expect(driver.calls.at(-1)).toBe('close');
});

test('S10 none: it pushes back too, and can be aborted while it waits for room', async () => {
  const { store } = await openBuffered(
    {
      prepare: async () => {
        await new Promise((resolve) => setTimeout(resolve, 60_000));
      },
    },
    { queue: { ops: 2 }, busyWait: 5_000 },
  );
  const full = store.write(['in the commit'], { durability: 'process-crash' });
  await vi.advanceTimersByTimeAsync(0);
  await store.write(['a']);
  await store.write(['b']);
  const abort = new AbortController();
  const aborted = codeOf(store.write(['c'], { signal: abort.signal }));
  const busy = codeOf(store.write(['d']));
  abort.abort();
  expect(await aborted).toBe('ABORTED');
  await vi.advanceTimersByTimeAsync(5_000);
  expect(await busy).toBe('BUSY');
  await vi.advanceTimersByTimeAsync(55_000);
  expect(await full).toMatchObject({ epoch: 1 });
  let isClosed = false;
  const closing = store.close().finally(() => {
    isClosed = true;
  });
  while (!isClosed) {
    await vi.advanceTimersByTimeAsync(60_000);
    // Between two groups the event loop has a turn, which no fake clock gives.
    await setImmediate();
  }
  await closing;
});
