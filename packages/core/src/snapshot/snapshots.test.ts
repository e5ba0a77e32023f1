import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { codeOf } from '../fixtures/code-of.ts';
import { latch } from '../fixtures/latch.ts';
import { type Script, ScriptedDriver } from '../fixtures/scripted-driver.ts';
import { toArray } from '../iterate/to-array.ts';
import { openStore } from '../store/open-store.ts';
import type { StoreOptions } from '../store/store-options.ts';
import type { StoreWarning } from '../store/warning.ts';

async function openScripted(script: Script = {}, options: StoreOptions = {}) {
  const warnings: StoreWarning[] = [];
  const driver = new ScriptedDriver(script);
  const store = await openStore(driver, { onWarning: (warning) => warnings.push(warning), ...options });
  return { driver, store, warnings };
}

test('S4: a snapshot shows the commits up to its epoch, whatever is written meanwhile', async () => {
  const { store } = await openScripted({}, { now: () => 1234 });
  await store.write(['a']);
  const snapshot = await store.snapshot();
  await store.write(['b']);
  expect(snapshot).toMatchObject({ epoch: 1, openedAt: 1234 });
  expect(snapshot.view.applied).toEqual(['a']);
  expect(await toArray(snapshot.view.stream())).toEqual(['a']);
  expect(await store.withSnapshot(({ epoch, view }) => [epoch, view.applied])).toEqual([2, ['a', 'b']]);
  await snapshot.close();
  await store.close();
});

test('S4: after close, the view and every pull throw SNAPSHOT_CLOSED', async () => {
  const { driver, store } = await openScripted();
  await store.write(['a', 'b']);
  const snapshot = await store.snapshot();
  const { view } = snapshot;
  const running = view.stream()[Symbol.asyncIterator]();
  await running.next();
  await snapshot.close();
  await snapshot.close();
  expect(driver.pins.size).toBe(0);
  expect(await codeOf(() => snapshot.view)).toBe('SNAPSHOT_CLOSED');
  expect(await codeOf(snapshot.isLive('s'))).toBe('SNAPSHOT_CLOSED');
  expect(await codeOf(running.next())).toBe('SNAPSHOT_CLOSED');
  expect(await codeOf(toArray(view.stream()))).toBe('SNAPSHOT_CLOSED');
  await store.close();
});

test('S4: withSnapshot lets go, whatever happens, and only when the work is done', async () => {
  const { driver, store } = await openScripted();
  await store.write(['a']);
  expect(
    await store.withSnapshot(async ({ view }) => {
      const items = await toArray(view.stream());
      expect(driver.pins.size).toBe(1);
      return items;
    }),
  ).toEqual(['a']);
  expect(driver.pins.size).toBe(0);
  const failing = store.withSnapshot(() => {
    throw new Error('the work failed');
  });
  await expect(failing).rejects.toThrowError('the work failed');
  expect(driver.pins.size).toBe(0);
  await store.close();
});

test('S4: a pin that cannot be had is typed, and a store closed meanwhile lets go of it', async () => {
  const pinning = latch();
  const goOn = latch();
  let fail = true;
  const { driver, store } = await openScripted({
    pin: async () => {
      if (fail) throw new Error('no connection');
      pinning.open();
      await goOn.passed;
    },
  });
  expect(await codeOf(store.snapshot())).toBe('IO');
  fail = false;
  const late = store.snapshot();
  await pinning.passed;
  const closing = store.close();
  goOn.open();
  expect(await codeOf(late)).toBe('NOT_OPEN');
  await closing;
  expect(driver.pins.size).toBe(0);
});

describe('with a deadline', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('S4: past it every later pull throws SNAPSHOT_EXPIRED, so that cut data never looks complete', async () => {
    const { driver, store, warnings } = await openScripted({}, { snapshotDeadline: 1_000 });
    await store.write(['a', 'b']);
    const snapshot = await store.snapshot();
    const { view } = snapshot;
    const running = view.stream()[Symbol.asyncIterator]();
    expect(await running.next()).toEqual({ done: false, value: 'a' });
    await vi.advanceTimersByTimeAsync(999);
    expect(snapshot.view.applied).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(await codeOf(() => snapshot.view)).toBe('SNAPSHOT_EXPIRED');
    expect(await codeOf(snapshot.isLive(null))).toBe('SNAPSHOT_EXPIRED');
    expect(await codeOf(running.next())).toBe('SNAPSHOT_EXPIRED');
    expect(await codeOf(toArray(view.stream()))).toBe('SNAPSHOT_EXPIRED');
    expect(warnings).toMatchObject([{ id: 'snapshot.expired', details: { epoch: 1 } }]);
    expect(warnings[0]?.details?.openedBy).toContain('snapshots.test.ts');
    // Closing tidies up; what the reader has to know stays as it is.
    await snapshot.close();
    expect(await codeOf(() => snapshot.view)).toBe('SNAPSHOT_EXPIRED');
    expect(driver.pins.size).toBe(0);
    await store.close();
  });

  test('S4: one that is closed in time does not expire; 0 is for ever', async () => {
    const timely = await openScripted({}, { snapshotDeadline: 1_000 });
    const snapshot = await timely.store.snapshot();
    await snapshot.close();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await codeOf(() => snapshot.view)).toBe('SNAPSHOT_CLOSED');
    expect(timely.warnings).toEqual([]);
    await timely.store.close();

    const { store } = await openScripted({}, { snapshotDeadline: 0 });
    const endless = await store.snapshot();
    await vi.advanceTimersByTimeAsync(2 ** 31);
    expect(endless.view.applied).toEqual([]);
    await store.close();
  });

  test('S11: a driver that cannot let go is warned about, not an uncaught error', async () => {
    const { store, warnings } = await openScripted(
      {
        expire: () => {
          throw new Error('busy');
        },
      },
      { snapshotDeadline: 10 },
    );
    await store.snapshot();
    await vi.advanceTimersByTimeAsync(10);
    expect(warnings.map(({ id }) => id)).toEqual(['snapshot.expired', 'snapshot.expiry-failed']);
    await store.close();
  });
});

test('S4: a snapshot that somebody forgot is warned about', async () => {
  const script = fileURLToPath(new URL('../fixtures/forget-snapshot.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script]);
  expect(JSON.parse(stdout)).toEqual({ id: 'snapshot.leaked', epoch: 7, openedBy: 'string' });
});
