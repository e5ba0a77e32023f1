import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Pin } from '../contract/pin.ts';
import { codeOf } from '../fixtures/code-of.ts';
import { latch } from '../fixtures/latch.ts';
import { type Script, ScriptedDriver } from '../fixtures/scripted-driver.ts';
import { toArray } from '../iterate/to-array.ts';
import { openStore } from '../store/open-store.ts';
import type { StoreOptions } from '../store/store-options.ts';
import type { StoreWarning } from '../store/warning.ts';
import type { CallSite } from './call-site.ts';
import { SnapshotWarnings } from './snapshot-warnings.ts';

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
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
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

  test('S4: past it a snapshot gives no view, also when its timer is late', async () => {
    const { driver, store, warnings } = await openScripted({}, { snapshotDeadline: 300 });
    const snapshot = await store.snapshot();
    const { view } = snapshot;
    // The time goes on, and no timer goes off: the event loop was blocked.
    vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 300);
    expect(await codeOf(() => snapshot.view)).toBe('SNAPSHOT_EXPIRED');
    expect(await codeOf(snapshot.isLive(null))).toBe('SNAPSHOT_EXPIRED');
    expect(await codeOf(toArray(view.stream()))).toBe('SNAPSHOT_EXPIRED');
    vi.mocked(performance.now).mockRestore();
    await vi.advanceTimersByTimeAsync(300);
    expect(warnings.map(({ id }) => id)).toEqual(['snapshot.expired']);
    await snapshot.close();
    expect(driver.pins.size).toBe(0);
    await store.close();
  });

  test('S4: those that come one after the other expire each in its time, however short that is', async () => {
    const { store, warnings } = await openScripted({}, { snapshotDeadline: 300 });
    for (let i = 1; i <= 4; i += 1) {
      const snapshot = await store.snapshot();
      await vi.advanceTimersByTimeAsync(299);
      expect(await codeOf(() => snapshot.view)).toBe('no error');
      await vi.advanceTimersByTimeAsync(3);
      expect(warnings).toHaveLength(i);
      await snapshot.close();
    }
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

  test('S4: each has a deadline of its own, however many are open', async () => {
    const { store, warnings } = await openScripted({}, { snapshotDeadline: 1_000 });
    const early = await store.snapshot();
    await vi.advanceTimersByTimeAsync(400);
    const closed = await store.snapshot();
    const late = await store.snapshot();
    await closed.close();
    await vi.advanceTimersByTimeAsync(600);
    expect([await codeOf(() => early.view), await codeOf(() => late.view)]).toEqual([
      'SNAPSHOT_EXPIRED',
      'no error',
    ]);
    await vi.advanceTimersByTimeAsync(399);
    expect(await codeOf(() => late.view)).toBe('no error');
    await vi.advanceTimersByTimeAsync(1);
    expect(await codeOf(() => late.view)).toBe('SNAPSHOT_EXPIRED');
    expect(warnings).toHaveLength(2);
    // What has expired holds nothing back, and does not count as open.
    expect((await store.stats()).find(({ name }) => name === 'store.snapshots')?.value).toBe(0);
    await store.close();
    expect(warnings).toHaveLength(2);
  });

  test('S6: one that may live for ever is warned about once, with the line that opened it', async () => {
    const { store, warnings } = await openScripted({}, { snapshotDeadline: 0 });
    const openForever = async () => await store.snapshot();
    const snapshot = await openForever();
    await vi.advanceTimersByTimeAsync(600_000);
    await vi.advanceTimersByTimeAsync(6_000_000);
    expect(warnings.map(({ id }) => id)).toEqual(['snapshot.old']);
    expect(warnings[0]?.details?.openedBy).toMatch(
      /^at (async )?openForever \(.*snapshots\.test\.ts:\d+:\d+\)/,
    );
    await snapshot.close();
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

test.each<[string, unknown]>([
  ['a symbol', Symbol('x')],
  ['nothing', undefined],
  ['an object', Object.create(null)],
  ['a text that no session has', 'x'.repeat(20_000)],
])('S11: whether %s is a live session is INVALID_ARGUMENT', async (_, session) => {
  const { store } = await openScripted();
  await store.withSnapshot(async (snapshot) => {
    expect(await codeOf(snapshot.isLive(session as string))).toBe('INVALID_ARGUMENT');
  });
  await store.close();
});

test('S11: withSnapshot refuses what it cannot run, before it takes a snapshot', async () => {
  let taken = 0;
  const { store } = await openScripted({
    pin: () => {
      taken += 1;
    },
  });
  expect(await codeOf(store.withSnapshot(undefined as unknown as () => void))).toBe('INVALID_ARGUMENT');
  expect(taken).toBe(0);
  await store.close();
});

test.each([
  [10, 'it stays open until its deadline'],
  [0, 'it stays open until its store is closed'],
])('S11: with a deadline of %d ms, a leak is said to end when it does', (deadline, said) => {
  const told: StoreWarning[] = [];
  const pin = { head: { epoch: 7 } } as Pin<unknown>;
  new SnapshotWarnings((warning) => told.push(warning)).forgotten(
    { pin, openedBy: { text: '' } as CallSite },
    deadline,
  );
  expect(told[0]?.message).toContain(said);
});

test('S4: a store that closes tells which lines left snapshots open', async () => {
  const { store, warnings } = await openScripted();
  const leave = async () => await store.snapshot();
  for (let i = 0; i < 3; i += 1) await leave();
  const closed = await store.snapshot();
  await closed.close();
  await store.withSnapshot(async () => await store.close());
  expect(warnings.map(({ id, details }) => [id, details?.count])).toEqual([
    ['snapshot.left-open', 3],
    ['snapshot.left-open', 1],
  ]);
  expect(warnings[0]?.details?.openedBy).toMatch(/^at leave \(.*snapshots\.test\.ts/);
  expect(warnings[0]?.message).toContain('2 more from the same place');
  expect(warnings[1]?.details?.openedBy).toMatch(/^at .*snapshots\.test\.ts/);
});

test.each(['by a function', 'by an object'])(
  'S4: a snapshot that was forgotten %s is warned about',
  async (how) => {
    const script = fileURLToPath(new URL('../fixtures/forget-snapshot.mjs', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script, how]);
    const { id, epoch, openedBy } = JSON.parse(stdout);
    expect([id, epoch]).toEqual(['snapshot.leaked', 7]);
    expect(openedBy).toMatch(
      how === 'by an object' ? /^at Job\.begin \(.*forget-snapshot\.mjs/ : /^at forget \(.*forget-/,
    );
  },
);
