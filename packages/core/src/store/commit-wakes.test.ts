import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { codeOf } from '../fixtures/code-of.ts';
import { latch } from '../fixtures/latch.ts';
import { ScriptedDriver } from '../fixtures/scripted-driver.ts';
import { openReader } from './open-reader.ts';
import { openStore } from './open-store.ts';

/** A driver that watches, and whose watch is in the hands of the test. */
class WatchedDriver extends ScriptedDriver {
  readonly watchers = new Set<() => void>();
  watches = 0;

  watch(wake: () => void): { close(): void } {
    this.watches += 1;
    this.watchers.add(wake);
    return { close: () => this.watchers.delete(wake) };
  }
}

test('onCommit: a commit of this handle wakes who listens, and its snapshot shows it', async () => {
  const store = await openStore(new ScriptedDriver());
  const woken = latch();
  const subscription = store.onCommit(woken.open);
  await store.write(['a']);
  await woken.passed;
  expect(await store.withSnapshot(({ view }) => view.applied)).toEqual(['a']);
  subscription.close();
  await store.close();
});

test('onCommit: nobody is woken for a group of refusals', async () => {
  const store = await openStore(new ScriptedDriver());
  let wakes = 0;
  using _ = store.onCommit(() => {
    wakes += 1;
  });
  expect(await codeOf(store.write(['reject']))).toBe('CONSTRAINT');
  await turnOfLoop();
  expect(wakes).toBe(0);
  await store.write(['a']);
  await turnOfLoop();
  expect(wakes).toBe(1);
  await store.close();
});

test('onCommit: what the driver sees of other processes wakes too, once however often it says so', async () => {
  const driver = new WatchedDriver();
  const reader = await openReader(driver);
  let wakes = 0;
  const subscription = reader.onCommit(() => {
    wakes += 1;
  });
  for (let n = 0; n < 5; n += 1) for (const wake of driver.watchers) wake();
  await turnOfLoop();
  expect(wakes).toBe(1);
  for (const wake of driver.watchers) wake();
  subscription.close();
  // Also one that was on its way.
  await turnOfLoop();
  expect(wakes).toBe(1);
  await reader.close();
});

test('onCommit: the driver watches while somebody listens, and once for all of them', async () => {
  const driver = new WatchedDriver();
  const reader = await openReader(driver);
  expect(driver.watches).toBe(0);
  const first = reader.onCommit(() => {});
  const second = reader.onCommit(() => {});
  expect([driver.watches, driver.watchers.size]).toEqual([1, 1]);
  first.close();
  first.close();
  expect(driver.watchers.size).toBe(1);
  second[Symbol.dispose]();
  expect(driver.watchers.size).toBe(0);
  reader.onCommit(() => {});
  expect([driver.watches, driver.watchers.size]).toEqual([2, 1]);
  await reader.close();
  expect(driver.watchers.size).toBe(0);
});

test('onCommit: a handle that closes wakes everybody once more; then it is NOT_OPEN', async () => {
  const reader = await openReader(new WatchedDriver());
  const woken = latch();
  reader.onCommit(woken.open);
  await reader.close();
  await woken.passed;
  expect(await codeOf(() => reader.onCommit(() => {}))).toBe('NOT_OPEN');
});

test('onCommit: without a watch, a driver that others may write to is looked at now and then', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const driver = Object.assign(new ScriptedDriver(), { capabilities: new Set(['multi-process']) });
  const reader = await openReader(driver);
  let wakes = 0;
  const subscription = reader.onCommit(() => {
    wakes += 1;
  });
  for (let n = 0; n < 3; n += 1) {
    vi.advanceTimersByTime(50);
    await turnOfLoop();
  }
  expect(wakes).toBe(3);
  subscription.close();
  expect(vi.getTimerCount()).toBe(0);
  await reader.close();
});

test('onCommit: a listener that throws keeps nobody else from being told', async () => {
  const store = await openStore(new ScriptedDriver());
  const uncaught: unknown[] = [];
  const previous = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', (error) => uncaught.push(error));
  onTestFinished(() => {
    process.removeAllListeners('uncaughtException');
    for (const listener of previous) process.on('uncaughtException', listener);
  });
  const fault = new Error('of the listener');
  const faulty = store.onCommit(() => {
    throw fault;
  });
  const woken = latch();
  store.onCommit(woken.open);
  expect((await store.write(['a'])).epoch).toBe(1);
  await woken.passed;
  await turnOfLoop();
  expect(uncaught).toEqual([fault]);
  faulty.close();
  await store.close();
});

test('onCommit: a watch that fails is typed, and what is no function refused', async () => {
  const driver = Object.assign(new ScriptedDriver(), {
    watch: () => {
      throw new Error('no descriptors left');
    },
  });
  const store = await openStore(driver);
  expect(await codeOf(() => store.onCommit(() => {}))).toBe('IO');
  expect(await codeOf(() => store.onCommit('wake' as never))).toBe('INVALID_ARGUMENT');
  await store.close();
});
