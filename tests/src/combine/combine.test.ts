import {
  appendLines,
  type CombinedView,
  combine,
  type Driver,
  type LockProvider,
  type LogOp,
  type LogView,
  memoryLocks,
  openReader,
  openStore,
  putExecution,
  putStep,
  type RecordOp,
  type RecordView,
  StoreError,
  toArray,
} from '@stepwell/core';
import { MemoryDisk, memoryLogs, memoryRecords } from '@stepwell/testkit';
import { describe, expect, test } from 'vitest';
import { codeOf } from '../fixtures/code-of.ts';
import { worlds } from '../fixtures/worlds.ts';
import { wrapDriver } from '../fixtures/wrap-driver.ts';

const run = (id: string): RecordOp => putExecution({ id, name: id, createdAt: 1 });
const orphan = putStep({ id: 's', executionId: 'nobody', index: 0, name: 's', createdAt: 1 });

async function textsOf(view: CombinedView<RecordView>, stream: string): Promise<string[]> {
  return (await toArray(view.logs.lines(stream))).map((line) => line.text);
}

describe.each(worlds)('combine, in %s', (_, makeWorld) => {
  test('S1, S3: records and lines are one commit, with results in the order of the ops', async () => {
    await using world = await makeWorld();
    await using store = await openStore(world.driver());
    const { epoch, results } = await store.write([
      appendLines('a', ['1', '2']),
      run('a'),
      appendLines('b', ['x']),
      appendLines('a', ['3']),
    ]);
    expect(epoch).toBe(1);
    expect(results).toEqual([
      { stream: 'a', first: 1, last: 2 },
      undefined,
      { stream: 'b', first: 1, last: 1 },
      { stream: 'a', first: 3, last: 3 },
    ]);
    await store.withSnapshot(async ({ view, epoch }) => {
      expect(epoch).toBe(1);
      expect(await textsOf(view, 'a')).toEqual(['1', '2', '3']);
      for await (const line of view.logs.lines('a')) expect(line.epoch).toBe(1);
      expect(await view.records.get('execution', 'a')).toBeDefined();
    });
  });

  test('S3: commits to one side alone are on the same epoch line', async () => {
    await using world = await makeWorld();
    await using store = await openStore(world.driver());
    const epochs: (number | null)[] = [];
    for (const ops of [[run('a')], [appendLines('a', ['1'])], [run('b')], [appendLines('a', ['2'])]]) {
      epochs.push((await store.write(ops)).epoch);
    }
    expect(epochs).toEqual([1, 2, 3, 4]);
    await store.withSnapshot(async ({ view }) => {
      expect((await toArray(view.logs.lines('a'))).map((line) => line.epoch)).toEqual([2, 4]);
    });
  });

  test('S1: a batch whose record is refused leaves no line, and its neighbours lose none', async () => {
    await using world = await makeWorld();
    await using store = await openStore(world.driver());
    const [first, refused, last] = await Promise.allSettled([
      store.write([run('a'), appendLines('log', ['first'])]),
      store.write([appendLines('log', ['refused']), orphan]),
      store.write([appendLines('log', ['last'])]),
    ]);
    expect(first).toMatchObject({ value: { epoch: 1, results: [undefined, { first: 1, last: 1 }] } });
    expect(refused).toMatchObject({ reason: { code: 'CONSTRAINT' } });
    expect(last).toMatchObject({ value: { epoch: 1, results: [{ first: 2, last: 2 }] } });
    expect(await codeOf(store.write([appendLines('log', ['alone']), orphan]))).toBe('CONSTRAINT');
    await store.write([appendLines('log', ['after'])]);
    await store.withSnapshot(async ({ view }) => {
      expect(await textsOf(view, 'log')).toEqual(['first', 'last', 'after']);
    });
  });

  test('S8: a batch that was applied before leaves no second lines', async () => {
    await using world = await makeWorld();
    {
      await using store = await openStore(world.driver());
      for (let round = 0; round < 2; round += 1) {
        await store.write([run('a'), appendLines('log', ['once'])], { transactionId: 't' });
      }
    }
    await using store = await openStore(world.driver());
    const again = await store.write([run('a'), appendLines('log', ['once'])], { transactionId: 't' });
    expect(again).toMatchObject({ epoch: 1, duplicate: true });
    await store.withSnapshot(async ({ view, epoch }) => {
      expect([epoch, await textsOf(view, 'log')]).toEqual([1, ['once']]);
    });
  });

  test('S4: a snapshot stands at one epoch on both sides while writes go on', async () => {
    await using world = await makeWorld();
    await using store = await openStore(world.driver());
    await store.write([run('0'), appendLines('log', ['0'])]);
    await using reader = await openReader(world.driver());
    let writing = true;
    const writer = (async () => {
      for (let count = 1; writing; count += 1)
        await store.write([run(`${count}`), appendLines('log', [`${count}`])]);
    })();
    for (let look = 0; look < 25; look += 1) {
      const handle = look % 2 === 0 ? store : reader;
      await handle.withSnapshot(async ({ view, epoch }) => {
        const texts = await textsOf(view, 'log');
        expect(texts).toHaveLength(epoch);
        expect(await view.records.count('execution')).toBe(epoch);
        expect((await view.logs.info('log'))?.lines).toBe(epoch);
      });
    }
    writing = false;
    await writer;
  });

  test('S2, S9: sync and maintenance reach both sides', async () => {
    await using world = await makeWorld();
    await using store = await openStore(world.driver());
    await store.write([run('a'), appendLines('log', ['x'])]);
    await store.sync();
    expect(await store.maintenance.verify()).toMatchObject({ performed: true, problems: [] });
    const names = (await store.stats()).map(({ name }) => name);
    expect(names.some((name) => name.startsWith('records.'))).toBe(true);
    expect(names.some((name) => name.startsWith('log'))).toBe(true);
    expect(new Set(names).size).toBe(names.length);
  });
});

/** Two memory backends, each with parts replaced. */
function parts(
  records: Partial<Driver<RecordView, RecordOp>> = {},
  logs: Partial<Driver<LogView, LogOp>> = {},
  disk = new MemoryDisk(),
) {
  return {
    disk,
    driver: combine({
      records: wrapDriver(memoryRecords({ disk }), records),
      logs: wrapDriver(memoryLogs({ disk }), logs),
    }),
  };
}

const fault = (): never => {
  throw new Error('on purpose');
};

describe('faults', () => {
  test('S11: what cannot lead or follow is refused', async () => {
    const records = memoryRecords();
    const logs = memoryLogs();
    const lame = { capabilities: new Set<never>() };
    expect(await codeOf(() => combine({ records: wrapDriver(records, lame), logs }))).toBe(
      'INVALID_ARGUMENT',
    );
    expect(await codeOf(() => combine({ records, logs: wrapDriver(logs, lame) }))).toBe('INVALID_ARGUMENT');
  });

  test('S1: when the lines cannot be appended, the records are rolled back', async () => {
    const inner = memoryRecords();
    let rolledBack = 0;
    let fail = true;
    const logs = memoryLogs();
    const store = await openStore(
      combine({
        records: wrapDriver(inner, {
          prepare: async (batches, meta) => {
            const prepared = await inner.prepare(batches, meta);
            return {
              ...prepared,
              rollback: async () => {
                rolledBack += 1;
                await prepared.rollback();
              },
            };
          },
        }),
        logs: wrapDriver(logs, {
          prepare: async (batches, meta) => (fail ? fault() : await logs.prepare(batches, meta)),
        }),
      }),
    );
    expect(await codeOf(store.write([run('a'), appendLines('log', ['x'])]))).toBe('IO');
    expect(rolledBack).toBe(1);
    fail = false;
    expect((await store.write([run('a'), appendLines('log', ['x'])])).epoch).toBe(1);
    await store.close();
  });

  test('S1: a follower that refuses lines it admitted fails the commit on both sides', async () => {
    const logs = memoryLogs();
    const rolledBack: string[] = [];
    const store = await openStore(
      combine({
        records: memoryRecords(),
        logs: wrapDriver(logs, {
          prepare: async () => ({
            verdicts: [{ state: 'rejected', error: new StoreError('NO_SPACE', 'full') }],
            commit: fault,
            rollback: async () => {
              rolledBack.push('logs');
            },
          }),
        }),
      }),
    );
    const write = store.write([run('a'), appendLines('log', ['x'])]);
    await expect(write).rejects.toMatchObject({ code: 'IO', cause: { code: 'NO_SPACE' } });
    expect(rolledBack).toEqual(['logs']);
    expect(await store.withSnapshot(({ view }) => view.records.count('execution'))).toBe(0);
    await store.close();
  });

  test('S2: when neither side can be rolled back, the store is poisoned', async () => {
    const records = memoryRecords();
    const store = await openStore(
      combine({
        records: wrapDriver(records, {
          prepare: async (batches, meta) => ({ ...(await records.prepare(batches, meta)), rollback: fault }),
        }),
        logs: wrapDriver(memoryLogs(), { prepare: fault }),
      }),
    );
    const write = store.write([run('a'), appendLines('log', ['x'])]);
    await expect(write).rejects.toMatchObject({
      code: 'POISONED',
      cause: { errors: [{ message: 'on purpose' }, { message: 'on purpose' }] },
    });
    expect(await codeOf(store.write([run('b')]))).toBe('POISONED');
    expect(await codeOf(store.close())).toBe('POISONED');
  });

  test('S2: lines that were committed and cannot be shown poison the handle; the next open shows them', async () => {
    const disk = new MemoryDisk();
    const logs = memoryLogs({ disk });
    const store = await openStore(
      combine({
        records: memoryRecords({ disk }),
        logs: wrapDriver(logs, {
          prepare: async (batches, meta) => ({ ...(await logs.prepare(batches, meta)), commit: fault }),
        }),
      }),
    );
    expect(await codeOf(store.write([run('a'), appendLines('log', ['x'])]))).toBe('POISONED');
    expect(await codeOf(store.close())).toBe('POISONED');
    await using again = await openStore(parts({}, {}, disk).driver);
    await again.withSnapshot(async ({ view, epoch }) => {
      expect(epoch).toBe(1);
      expect(await textsOf(view, 'log')).toEqual(['x']);
    });
  });

  test('S4: when the log files change under a pin, both are pinned anew, and nothing stays pinned', async () => {
    let stale = 2;
    let pinned = 0;
    const logs = memoryLogs();
    const records = memoryRecords();
    const counted = <View, Op>(driver: Driver<View, Op>, isCurrent?: () => Promise<boolean>) =>
      wrapDriver(driver, {
        pin: async () => {
          const pin = await driver.pin();
          pinned += 1;
          let released = false;
          return {
            ...pin,
            ...(isCurrent && { isCurrent }),
            release: async () => {
              if (!released) pinned -= 1;
              released = true;
              await pin.release();
            },
          };
        },
      });
    const store = await openStore(
      combine({
        records: counted(records),
        logs: counted(logs, async () => {
          stale -= 1;
          return stale < 0;
        }),
      }),
    );
    await store.write([run('a'), appendLines('log', ['x'])]);
    const snapshot = await store.snapshot();
    expect([stale, pinned]).toEqual([-1, 2]);
    expect(await textsOf(snapshot.view, 'log')).toEqual(['x']);
    await snapshot.close();
    expect(pinned).toBe(0);
    stale = 1_000;
    expect(await codeOf(store.snapshot())).toBe('BUSY');
    expect(pinned).toBe(0);
    await store.close();
  });

  test('S4: a pin of one side is let go when the other side fails', async () => {
    const logs = memoryLogs();
    let released = 0;
    const pinLogs = async () => {
      const pin = await logs.pin();
      return {
        ...pin,
        release: async () => {
          released += 1;
          await pin.release();
        },
      };
    };
    const noRecords = await openStore(
      combine({
        records: wrapDriver(memoryRecords(), { pin: fault }),
        logs: wrapDriver(logs, { pin: pinLogs }),
      }),
    );
    expect(await codeOf(noRecords.snapshot())).toBe('IO');
    expect(released).toBe(1);
    await noRecords.close();
  });

  test('S7: what was never opened is not closed, and what was opened is, when an open fails', async () => {
    const closed: string[] = [];
    const closing = (name: string) => async () => {
      closed.push(name);
    };
    const noRecords = parts({ open: fault, close: closing('records') }, { close: closing('logs') });
    expect(await codeOf(openStore(noRecords.driver))).toBe('IO');
    expect(closed).toEqual(['records']);
    closed.length = 0;
    const noLogs = parts({ close: closing('records') }, { open: fault, close: closing('logs') });
    expect(await codeOf(openStore(noLogs.driver))).toBe('IO');
    expect(closed).toEqual(['logs', 'records']);
    expect(noLogs.disk.locks.size).toBe(0);
  });

  test('S5: locks that both sides share are closed once, last; those the logs brought alone, too', async () => {
    const closed: string[] = [];
    const watched = (name: string): LockProvider => {
      const locks = memoryLocks();
      return {
        ...locks,
        close: async () => {
          closed.push(name);
          await locks.close();
        },
      };
    };
    const shared = watched('shared');
    await (await openStore(parts({ locks: shared }, { locks: shared }).driver)).close();
    expect(closed).toEqual(['shared']);
    closed.length = 0;
    const own = parts({ locks: watched('records') }, { locks: watched('logs') });
    const store = await openStore(own.driver);
    await store.session();
    await store.close();
    expect(closed).toEqual(['logs', 'records']);
  });

  test('S9: what only one side offers is done there; reports are merged, and each reason says whose it is', async () => {
    const report = (name: string) => ({
      performed: name === 'logs',
      reason: `${name} said why`,
      measures: [],
      problems: [{ id: `${name}.bad`, where: name, message: 'x' }],
    });
    const { driver } = parts(
      { maintenance: { verify: async () => report('records'), optimize: async () => report('records') } },
      { maintenance: { verify: async () => report('logs') } },
    );
    await using store = await openStore(driver);
    expect(await store.maintenance.verify()).toEqual({
      performed: true,
      reason: 'logs: logs said why; records: records said why',
      measures: [],
      problems: [
        { id: 'logs.bad', where: 'logs', message: 'x' },
        { id: 'records.bad', where: 'records', message: 'x' },
      ],
    });
    expect((await store.maintenance.optimize()).performed).toBe(false);
    expect(await codeOf(store.maintenance.compact())).toBe('NOT_SUPPORTED');
  });

  test('S2: lines are synced before the records that tell of them', async () => {
    const synced: string[] = [];
    const syncing = (name: string) => async () => {
      synced.push(name);
    };
    await using store = await openStore(
      parts({ sync: syncing('records') }, { sync: syncing('logs') }).driver,
    );
    await store.sync();
    expect(synced).toEqual(['logs', 'records']);
  });
});
