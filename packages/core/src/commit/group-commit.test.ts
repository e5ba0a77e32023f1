import { expect, test } from 'vitest';
import { type CrashHook, setCrashHook } from '../crash/crash-point.ts';
import { StoreError } from '../errors/store-error.ts';
import { codeOf } from '../fixtures/code-of.ts';
import { latch } from '../fixtures/latch.ts';
import { type Script, ScriptedDisk, ScriptedDriver } from '../fixtures/scripted-driver.ts';
import { openStore } from '../store/open-store.ts';
import type { StoreOptions } from '../store/store-options.ts';

const ioError = (): Error => new Error('the disk said no');

async function openScripted(script: Script = {}, options: StoreOptions = {}) {
  const driver = new ScriptedDriver(script);
  const store = await openStore(driver, { onWarning: () => {}, ...options });
  return { driver, store, disk: driver.disk };
}

test('S2, S3: writes made together share a commit, and each commit has one epoch more', async () => {
  const { driver, store } = await openScripted();
  const results = await Promise.all(['a', 'b', 'c'].map((op) => store.write([op])));
  expect(results.map(({ epoch }) => epoch)).toEqual([1, 1, 1]);
  expect(driver.groups).toEqual([[['a'], ['b'], ['c']]]);
  expect((await store.write(['d'])).epoch).toBe(2);
  expect((await store.write(['e', 'f'])).results).toEqual(['did e', 'did f']);
  await store.close();
});

test('S2: writes that arrive during a commit go into the next one together', async () => {
  const inCommit = latch();
  const goOn = latch();
  const { driver, store } = await openScripted({
    commit: async (apply) => {
      inCommit.open();
      await goOn.passed;
      apply();
    },
  });
  const first = store.write(['first']);
  await inCommit.passed;
  const later = ['x', 'y', 'z'].map((op) => store.write([op]));
  goOn.open();
  expect((await first).epoch).toBe(1);
  expect((await Promise.all(later)).map(({ epoch }) => epoch)).toEqual([2, 2, 2]);
  expect(driver.groups).toEqual([[['first']], [['x'], ['y'], ['z']]]);
  await store.close();
});

test('S2: a group takes the strongest durability of its batches', async () => {
  const { driver, store } = await openScripted();
  await Promise.all([
    store.write(['a']),
    store.write(['b'], { durability: 'power-loss' }),
    store.write(['c'], { durability: 'none' }),
  ]);
  await store.write(['d']);
  expect(driver.metas.map(({ durability }) => durability)).toEqual(['power-loss', 'process-crash']);
  await store.close();
});

test('S1: a batch that is refused fails alone, and spends no epoch when it is alone', async () => {
  const { driver, store, disk } = await openScripted();
  const [good, bad, also] = await Promise.allSettled([
    store.write(['good']),
    store.write(['fine', 'reject']),
    store.write(['also good']),
  ]);
  expect(good).toMatchObject({ status: 'fulfilled', value: { epoch: 1 } });
  expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'CONSTRAINT' } });
  expect(also).toMatchObject({ status: 'fulfilled', value: { epoch: 1 } });
  expect(await codeOf(store.write(['reject']))).toBe('CONSTRAINT');
  expect(driver.calls.slice(-2)).toEqual(['prepare', 'rollback']);
  expect((await store.write(['next'])).epoch).toBe(2);
  expect(disk.applied).toEqual(['good', 'also good', 'next']);
  await store.close();
});

test('S8: a transaction id is applied once, and answered with its epoch afterwards', async () => {
  const { store, disk } = await openScripted();
  expect(await store.write(['a'], { transactionId: 't' })).toEqual({
    epoch: 1,
    results: ['did a'],
    duplicate: false,
  });
  await store.write(['b']);
  expect(await store.write(['a'], { transactionId: 't' })).toEqual({
    epoch: 1,
    results: [],
    duplicate: true,
  });
  expect(disk.applied).toEqual(['a', 'b']);
  await store.close();
});

test('S11: what prepare throws fails its group, typed, and the store works on', async () => {
  let fail = true;
  const { store, disk } = await openScripted({
    prepare: () => {
      if (fail) throw ioError();
    },
  });
  const failed = await Promise.allSettled([store.write(['a']), store.write(['b'])]);
  for (const outcome of failed) {
    expect(outcome).toMatchObject({ reason: { code: 'IO', cause: { message: 'the disk said no' } } });
  }
  fail = false;
  expect((await store.write(['c'])).epoch).toBe(1);
  expect(disk.applied).toEqual(['c']);
  await store.close();
});

test('S11: a driver that answers for other batches than it got is rolled back', async () => {
  const { driver, store } = await openScripted({ verdicts: () => [] });
  expect(await codeOf(store.write(['a']))).toBe('IO');
  expect(driver.calls.slice(-2)).toEqual(['prepare', 'rollback']);
  await store.close();
});

test('S2: a rollback that throws poisons the store for good', async () => {
  const { driver, store } = await openScripted({
    rollback: () => {
      throw ioError();
    },
  });
  expect(await codeOf(store.write(['reject']))).toBe('POISONED');
  const calls = driver.calls.length;
  expect(await codeOf(store.write(['a']))).toBe('POISONED');
  expect(await codeOf(store.flush())).toBe('POISONED');
  expect(driver.calls).toHaveLength(calls);
  expect(await codeOf(store.close())).toBe('POISONED');
  expect(driver.calls).toContain('close');
});

test('S2: a commit that threw and happened is acknowledged', async () => {
  const { driver, store } = await openScripted({
    commit: (apply) => {
      apply();
      throw ioError();
    },
  });
  expect((await store.write(['a'])).epoch).toBe(1);
  expect(driver.calls.slice(-2)).toEqual(['commit', 'refresh']);
  expect((await store.write(['b'])).epoch).toBe(2);
  await store.close();
});

test('S2: a commit that threw and did not happen fails, and the store works on', async () => {
  let fail = true;
  const { store, disk } = await openScripted({
    commit: (apply) => {
      if (fail) throw new StoreError('NO_SPACE', 'full');
      apply();
    },
  });
  expect(await codeOf(store.write(['a']))).toBe('NO_SPACE');
  fail = false;
  expect((await store.write(['b'])).epoch).toBe(1);
  expect(disk.applied).toEqual(['b']);
  await store.close();
});

test.each<[string, NonNullable<Script['refresh']>]>([
  [
    'cannot be read',
    async () => {
      throw ioError();
    },
  ],
  ['is neither', async (actual) => ({ ...actual, epoch: actual.epoch + 7 })],
  ['is of another lineage', async (actual) => ({ ...actual, lineage: 'second' })],
])('S2: a commit that threw poisons the store when the epoch %s', async (_, refresh) => {
  const { store } = await openScripted({
    commit: () => {
      throw ioError();
    },
    refresh,
  });
  expect(await codeOf(store.write(['a']))).toBe('POISONED');
  expect(await codeOf(store.write(['b']))).toBe('POISONED');
  await expect(store.close()).rejects.toMatchObject({ code: 'POISONED' });
});

test('S2: the driver may say itself that it is poisoned', async () => {
  const { driver, store } = await openScripted({
    commit: () => {
      throw new StoreError('POISONED', 'fsync failed');
    },
  });
  expect(await codeOf(store.write(['a']))).toBe('POISONED');
  expect(driver.calls).not.toContain('refresh');
  expect(await codeOf(store.write(['b']))).toBe('POISONED');
  await expect(store.close()).rejects.toMatchObject({ code: 'POISONED' });
});

test('S1: what dies between prepare and commit is rolled back', async () => {
  const { driver, store } = await openScripted();
  const die: CrashHook = (point) => {
    if (point === 'core:prepared') throw ioError();
  };
  setCrashHook(die);
  try {
    expect(await codeOf(store.write(['a']))).toBe('IO');
  } finally {
    setCrashHook(undefined);
  }
  expect(driver.calls.slice(-2)).toEqual(['prepare', 'rollback']);
  expect((await store.write(['b'])).epoch).toBe(1);
  await store.close();
});

test('S2: an aborted signal takes a write back while it waits, and does nothing later', async () => {
  const inCommit = latch();
  const goOn = latch();
  const { store, disk } = await openScripted({
    commit: async (apply) => {
      inCommit.open();
      await goOn.passed;
      apply();
    },
  });
  expect(await codeOf(store.write(['never'], { signal: AbortSignal.abort('why') }))).toBe('ABORTED');
  const early = new AbortController();
  const late = new AbortController();
  const first = store.write(['first'], { signal: late.signal });
  await inCommit.passed;
  const waiting = store.write(['waiting'], { signal: early.signal });
  const behind = store.write(['behind']);
  early.abort(new Error('changed my mind'));
  late.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'ABORTED', cause: { message: 'changed my mind' } });
  goOn.open();
  expect((await first).epoch).toBe(1);
  expect((await behind).epoch).toBe(2);
  expect(disk.applied).toEqual(['first', 'behind']);
  await store.close();
});

test('S2: a signal may be shared by any number of writes', async () => {
  const warned: Error[] = [];
  const listen = (warning: Error): void => {
    warned.push(warning);
  };
  process.on('warning', listen);
  const abort = new AbortController();
  const inCommit = latch();
  const goOn = latch();
  const { store, disk } = await openScripted(
    {
      commit: async (apply) => {
        inCommit.open();
        await goOn.passed;
        apply();
      },
    },
    { queue: { ops: 20 } },
  );
  const { signal } = abort;
  const first = store.write(['first'], { signal });
  await inCommit.passed;
  const rest = Array.from({ length: 50 }, (_, index) => codeOf(store.write([`${index}`], { signal })));
  abort.abort();
  expect(new Set(await Promise.all(rest))).toEqual(new Set(['ABORTED']));
  goOn.open();
  await first;
  await store.close();
  process.off('warning', listen);
  expect(disk.applied).toEqual(['first']);
  expect(warned).toEqual([]);
});

test('S2: flush resolves while writes never pause', async () => {
  const { store } = await openScripted({}, { group: { ms: 0 } });
  let stop = false;
  const load = (async () => {
    let before: Promise<unknown> = Promise.resolve();
    while (!stop) {
      const next = store.write(['more']);
      await before;
      before = next;
    }
    await before;
  })();
  await store.flush();
  await store.flush();
  stop = true;
  await load;
  await store.close();
});

test('S2: timers are served while a synchronous driver is never idle', async () => {
  const { store } = await openScripted({
    prepare: () => {
      // What a synchronous database costs.
      const until = performance.now() + 1;
      while (performance.now() < until);
    },
  });
  let stop = false;
  const load = Array.from({ length: 4 }, async () => {
    while (!stop) await store.write(['more']);
  });
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setTimeout(resolve, 0));
  stop = true;
  await Promise.all(load);
  await store.close();
});

test('S2: a listener for warnings that throws fails no write', async () => {
  const heard = latch();
  const thrown: unknown[] = [];
  const listen = (error: unknown): void => {
    thrown.push(error);
    heard.open();
  };
  const before = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', listen);
  try {
    const { store } = await openScripted(
      {},
      {
        onWarning: () => {
          throw new Error('a bad listener');
        },
      },
    );
    await store.write(['reject'], { durability: 'none' });
    expect(await codeOf(store.flush())).toBe('CONSTRAINT');
    expect((await store.write(['a'])).epoch).toBe(1);
    await store.close();
    await heard.passed;
  } finally {
    process.removeListener('uncaughtException', listen);
    for (const listener of before) process.on('uncaughtException', listener);
  }
  expect(thrown).toMatchObject([{ message: 'a bad listener' }]);
});

test('S11: what cannot be written is refused before it is queued', async () => {
  const { driver, store } = await openScripted({
    admit: (op) => {
      if (op === 'bad') throw new StoreError('INVALID_ARGUMENT', 'as the test asked');
      return 1;
    },
  });
  expect(await codeOf(store.write(['good', 'bad']))).toBe('INVALID_ARGUMENT');
  expect(await codeOf(store.write(undefined as never))).toBe('INVALID_ARGUMENT');
  expect(await codeOf(store.write('text' as never))).toBe('INVALID_ARGUMENT');
  expect(await codeOf(store.write(['a'], { durability: 'eternal' as never }))).toBe('INVALID_ARGUMENT');
  for (const transactionId of ['', 'x'.repeat(1025), 'nul\0', '\ud800', 7 as never]) {
    expect(await codeOf(store.write(['a'], { transactionId }))).toBe('INVALID_ARGUMENT');
  }
  expect(driver.groups).toEqual([]);
  expect(await store.write([])).toEqual({ epoch: 0, results: [], duplicate: false });
  expect(driver.groups).toEqual([]);
  await store.close();
});

test('S8: where a driver lacks a capability, asking for it is NOT_SUPPORTED', async () => {
  const driver = new ScriptedDriver();
  const store = await openStore(
    {
      name: 'poor',
      capabilities: new Set(),
      open: (context) => driver.open(context),
      refresh: () => driver.refresh(),
      admit: (op: string) => driver.admit(op),
      prepare: (batches, meta) => driver.prepare(batches, meta),
      pin: () => driver.pin(),
      sync: () => driver.sync(),
      stats: () => driver.stats(),
      close: () => driver.close(),
    },
    {},
  );
  expect(await codeOf(store.write(['a'], { transactionId: 't' }))).toBe('NOT_SUPPORTED');
  expect(await codeOf(store.write(['a'], { durability: 'power-loss' }))).toBe('NOT_SUPPORTED');
  expect(await codeOf(() => store.changes({ since: 'first.0' }))).toBe('NOT_SUPPORTED');
  for (const task of ['checkpoint', 'compact', 'collect', 'verify', 'repair', 'optimize', 'prune'] as const) {
    expect(await codeOf(store.maintenance[task]())).toBe('NOT_SUPPORTED');
  }
  expect(await codeOf(store.maintenance.backup('somewhere'))).toBe('NOT_SUPPORTED');
  await store.close();
  expect(await codeOf(store.maintenance.verify())).toBe('NOT_OPEN');
});

test('S3: the epoch goes on where the disk stands', async () => {
  const disk = new ScriptedDisk();
  disk.head = { ...disk.head, epoch: 41 };
  const store = await openStore(new ScriptedDriver({}, disk));
  expect((await store.write(['a'])).epoch).toBe(42);
  await store.close();
});

test('S10: writers that wait for each answer leave timers and sockets their turn', async () => {
  const { store } = await openScripted();
  let turns = 0;
  const ticking = setInterval(() => {
    turns += 1;
  }, 1);
  const until = performance.now() + 300;
  // Nothing here waits for the event loop: each write goes on from the answer of the one before.
  while (performance.now() < until) await store.write(['x']);
  clearInterval(ticking);
  expect(turns).toBeGreaterThan(3);
  await store.close();
});

test('S10: very many writes that wait for room are answered, each once', async () => {
  const { store } = await openScripted({}, { queue: { ops: 10 }, busyWait: 60_000 });
  const results = await Promise.all(Array.from({ length: 30_000 }, () => store.write(['x'])));
  expect(results.length).toBe(30_000);
  await store.close();
});
