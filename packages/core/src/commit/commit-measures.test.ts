import { afterEach, expect, test, vi } from 'vitest';
import { type ErrorCode, errorCodes } from '../errors/error-code.ts';
import { StoreError } from '../errors/store-error.ts';
import { codeOf } from '../fixtures/code-of.ts';
import { latch } from '../fixtures/latch.ts';
import { ScriptedDisk, ScriptedDriver } from '../fixtures/scripted-driver.ts';
import { openReader } from '../store/open-reader.ts';
import { openStore } from '../store/open-store.ts';
import type { Reader } from '../store/store.ts';
import { WriteFaults } from './write-faults.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** The store's figures by name, without the prefix. */
async function figuresOf(store: Reader<unknown>): Promise<Record<string, number>> {
  return Object.fromEntries(
    (await store.stats()).map(({ name, value }) => [name.slice('store.'.length), value]),
  );
}

test('SF-53: what waits for its commit is told in ops and bytes, and who waits for room', async () => {
  const committing = latch();
  const hold = latch();
  const driver = new ScriptedDriver({
    prepare: async () => {
      committing.open();
      await hold.passed;
    },
  });
  const store = await openStore(driver, { queue: { ops: 3 } });
  const empty = { 'queue.ops': 0, 'queue.bytes': 0, 'queue.waiters': 0 };
  expect(await figuresOf(store)).toMatchObject(empty);
  const writes = [store.write(['first'])];
  await committing.passed;
  writes.push(store.write(['ab', 'cde']), store.write(['f']), store.write(['no room']));
  expect(await figuresOf(store)).toMatchObject({ 'queue.ops': 3, 'queue.bytes': 6, 'queue.waiters': 1 });
  hold.open();
  await Promise.all(writes);
  expect(await figuresOf(store)).toMatchObject({ ...empty, writes: 4, ops: 5 });
  await store.close();
});

test('SF-53: writes, ops and commits are counted as they were committed, and how many went in together', async () => {
  const store = await openStore(new ScriptedDriver());
  await Promise.all([store.write(['a', 'b']), store.write(['c']), store.write(['d'])]);
  await store.write(['e'], { transactionId: 'once' });
  const figures = await figuresOf(store);
  expect(figures).toMatchObject({ writes: 4, ops: 5, commits: 2, 'group.mean': 2, 'group.max': 3 });
  expect(figures).toMatchObject({ 'writes.failed': 0, 'writes.refused': 0, 'commits.failed': 0, turns: 0 });
  // A duplicate and a refusal are no commit.
  await Promise.allSettled([store.write(['e'], { transactionId: 'once' }), store.write(['reject'])]);
  expect(await figuresOf(store)).toMatchObject({
    writes: 4,
    commits: 2,
    'writes.duplicate': 1,
    'writes.refused': 1,
    'writes.refused.constraint': 1,
  });
  await store.close();
});

test('SF-53: how long commits took is told, those of 100 ms and more are counted', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  let takes = 0;
  const driver = new ScriptedDriver({
    commit: (apply) => {
      vi.advanceTimersByTime(takes);
      apply();
    },
  });
  const store = await openStore(driver);
  for (takes of [10, 20, 99, 100]) await store.write(['a']);
  expect(await figuresOf(store)).toMatchObject({
    'commits.p50': 20,
    'commits.p99': 100,
    'commits.max': 100,
    'commits.mean': 57.25,
    'commits.slow': 1,
  });
  vi.advanceTimersByTime(60_001);
  expect(await figuresOf(store)).toMatchObject({ 'commits.max': 0, 'commits.slow': 1, commits: 4 });
  await store.close();
});

test('SF-53 shared: turns of the writer lock are counted, and how long they were waited for', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const driver = new ScriptedDriver();
  const { acquire } = driver.locks;
  const store = await openStore(driver, { writer: 'shared' });
  driver.locks.acquire = async (name, request) => {
    vi.advanceTimersByTime(30);
    return await acquire(name, request);
  };
  await store.write(['a']);
  await store.write(['b']);
  expect(await figuresOf(store)).toMatchObject({
    turns: 2,
    'turns.p50': 30,
    'turns.max': 30,
    'commits.max': 0,
  });
  await store.close();
});

test('SF-53: writes that fail are counted once each, by what was wrong, wherever they do', async () => {
  let failure: StoreError | undefined;
  const driver = new ScriptedDriver({
    prepare: () => {
      if (failure !== undefined) throw failure;
    },
    admit: (op) => {
      if (op === '') throw new StoreError('INVALID_ARGUMENT', 'an op has a text');
      return op.length;
    },
  });
  const store = await openStore(driver);
  const fail = async (code: ErrorCode): Promise<void> => {
    failure = new StoreError(code, 'as the test asked');
    expect(await Promise.all([codeOf(store.write(['a'])), codeOf(store.write(['b']))])).toEqual([code, code]);
    failure = undefined;
  };
  await fail('NO_SPACE');
  await fail('BUSY');
  await fail('IO');
  await fail('CORRUPT');
  // Before the queue, and in it.
  expect(await codeOf(store.write(['']))).toBe('INVALID_ARGUMENT');
  expect(await codeOf(store.write(['a'], { signal: AbortSignal.abort() }))).toBe('ABORTED');
  const abort = new AbortController();
  const aborted = codeOf(store.write(['a'], { signal: abort.signal }));
  abort.abort();
  expect(await aborted).toBe('ABORTED');
  await fail('POISONED');
  expect(await codeOf(store.write(['after']))).toBe('POISONED');
  expect(await figuresOf(store)).toMatchObject({
    writes: 0,
    'commits.failed': 5,
    'writes.failed': 11,
    'writes.failed.no-space': 2,
    'writes.failed.busy': 2,
    'writes.failed.io': 2,
    'writes.failed.other': 2,
    'writes.failed.poisoned': 3,
    'writes.refused': 1,
    'writes.refused.invalid-argument': 1,
    'writes.aborted': 2,
  });
  expect(await codeOf(store.close())).toBe('POISONED');
});

test('SF-53: a write that finds no room in time counts as a failure', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  const hold = latch();
  const driver = new ScriptedDriver({ prepare: async () => await hold.passed });
  const store = await openStore(driver, { queue: { ops: 1 }, busyWait: 50 });
  const first = store.write(['first']);
  await vi.advanceTimersByTimeAsync(0);
  const second = store.write(['second']);
  const late = codeOf(store.write(['late']));
  await vi.advanceTimersByTimeAsync(51);
  expect(await late).toBe('BUSY');
  hold.open();
  await Promise.all([first, second]);
  expect(await figuresOf(store)).toMatchObject({ writes: 2, 'writes.failed.busy': 1, 'commits.failed': 0 });
  await store.close();
});

test('S11: every code there is counts as something', () => {
  const faults = new WriteFaults();
  const codes = Object.keys(errorCodes) as ErrorCode[];
  for (const code of codes) faults.add(code);
  const totals = (['refused', 'failed', 'aborted'] as const).map((kind) => faults.total(kind));
  expect(totals).toEqual([5, codes.length - 6, 1]);
});

test('S6: a reader tells of its snapshots, not of commits it does not make', async () => {
  const disk = new ScriptedDisk();
  const reader = await openReader(new ScriptedDriver({}, disk));
  expect(Object.keys(await figuresOf(reader))).toEqual(['snapshots', 'snapshots.oldest']);
  await reader.close();
});
