import assert from 'node:assert/strict';
import { appendLines, type Maintenance } from '@stepwell/core';
import { rejectsWith } from '../support/rejects-with.ts';
import { mustPinWhatIsStored, mustRefreshFromWhatIsStored } from '../support/shared-writers.ts';
import { dumpLogs } from './dump-logs.ts';
import { type LogGroup, logGroup } from './group.ts';
import { someTexts, textsOf } from './read-logs.ts';

const tasks = [
  'checkpoint',
  'compact',
  'collect',
  'verify',
  'optimize',
  'prune',
] as const satisfies (keyof Maintenance)[];

export const lifecycle: LogGroup = logGroup('from open to close', {
  'S2: every acknowledged line is there after a reopen, and numbers and epochs go on': async (bed) => {
    let store = await bed.open();
    for (let round = 0; round < 5; round += 1) {
      const { epoch, results } = await store.write([appendLines('s', [`${round} a`, `${round} b`])]);
      assert.deepStrictEqual(
        [epoch, results],
        [round + 1, [{ stream: 's', first: 2 * round + 1, last: 2 * round + 2 }]],
      );
      const before = await store.withSnapshot(async ({ view }) => await dumpLogs(view));
      store = await bed.reopen(store);
      assert.deepStrictEqual(await store.withSnapshot(async ({ view }) => await dumpLogs(view)), before);
      assert.equal(await store.withSnapshot((snapshot) => snapshot.epoch), round + 1);
    }
  },

  'X-04: buffered lines are lost neither by flush nor by close': async (bed) => {
    let store = await bed.open();
    await store.write([appendLines('s', ['flushed'])], { durability: 'none' });
    await store.flush();
    assert.deepStrictEqual(await textsOf(store, 's'), ['flushed']);
    await store.write([appendLines('s', ['closed'])], { durability: 'none' });
    store = await bed.reopen(store);
    assert.deepStrictEqual(await textsOf(store, 's'), ['flushed', 'closed']);
  },

  'S5: the second writer gets LOCKED and does no harm': async (bed) => {
    const store = await bed.open();
    await store.write([appendLines('s', ['one'])]);
    await rejectsWith('LOCKED', async () => await bed.open());
    await store.write([appendLines('s', ['two'])]);
    assert.deepStrictEqual(await textsOf(store, 's'), ['one', 'two']);
  },

  'S5: shared writers take turns, each after what the other appended': async (bed) => {
    const stores = [await bed.open({ writer: 'shared' }), await bed.open({ writer: 'shared' })];
    const expected: string[] = [];
    for (let round = 0; round < 8; round += 1) {
      for (const [place, store] of stores.entries()) {
        expected.push(`${place} ${round}`);
        const { epoch, results } = await store.write([appendLines('s', [`${place} ${round}`])]);
        const number = expected.length;
        const answer = [number, [{ stream: 's', first: number, last: number }]];
        assert.deepStrictEqual([epoch, results], answer, mustRefreshFromWhatIsStored);
      }
    }
    for (const store of stores)
      assert.deepStrictEqual(await textsOf(store, 's'), expected, mustPinWhatIsStored);
  },

  'S6: a reader sees what was committed, keeps its snapshot, and changes nothing': async (bed) => {
    await rejectsWith('NOT_FOUND', async () => await bed.openReader(), 'a reader of nothing');
    const store = await bed.open();
    await store.write([appendLines('s', someTexts(3))]);
    const reader = await bed.openReader();
    await reader.withSnapshot(async ({ view }) => {
      const before = await dumpLogs(view);
      await store.write([appendLines('s', ['later'])]);
      assert.deepStrictEqual(await dumpLogs(view), before);
    });
    assert.deepStrictEqual(await textsOf(reader, 's'), [...someTexts(3), 'later']);
    await reader.close();
    await store.write([appendLines('s', ['last'])]);
    assert.equal((await textsOf(store, 's')).length, 5);
    await rejectsWith('NOT_OPEN', async () => await reader.snapshot());
  },

  'SF-15: after close every call is NOT_OPEN': async (bed) => {
    const store = await bed.open();
    await store.close();
    await rejectsWith('NOT_OPEN', async () => await store.write([appendLines('s', ['x'])]));
    await rejectsWith('NOT_OPEN', async () => await store.snapshot());
    await rejectsWith('NOT_OPEN', async () => await store.flush());
  },

  'SF-16: an aborted write appends nothing, and leaves no gap in the numbers': async (bed) => {
    const store = await bed.open();
    const signal = AbortSignal.abort();
    await rejectsWith('ABORTED', async () => await store.write([appendLines('s', ['x'])], { signal }));
    const { results } = await store.write([appendLines('s', ['y'])]);
    assert.deepStrictEqual(results, [{ stream: 's', first: 1, last: 1 }]);
  },

  'S8: transaction ids are kept, or refused with NOT_SUPPORTED': async (bed) => {
    const store = await bed.open();
    const write = async () => await store.write([appendLines('s', ['x'])], { transactionId: 'job 1' });
    if (!store.capabilities.has('transaction-ids')) {
      await rejectsWith('NOT_SUPPORTED', write);
      return;
    }
    assert.equal((await write()).duplicate, false);
    assert.equal((await write()).duplicate, true);
    assert.deepStrictEqual(await textsOf(store, 's'), ['x']);
  },

  'S2: power-loss durability is kept, or refused with NOT_SUPPORTED': async (bed) => {
    let store = await bed.open();
    const write = async () => await store.write([appendLines('s', ['x'])], { durability: 'power-loss' });
    if (!store.capabilities.has('power-loss')) {
      await rejectsWith('NOT_SUPPORTED', write);
      return;
    }
    await write();
    store = await bed.reopen(store);
    assert.deepStrictEqual(await textsOf(store, 's'), ['x']);
  },

  'S9: maintenance changes nothing that anybody sees, and what is not offered is NOT_SUPPORTED': async (
    bed,
  ) => {
    const { maintenance = {} } = await bed.driver();
    const store = await bed.open();
    await store.write([appendLines('a', someTexts(200)), appendLines('b', someTexts(5))]);
    const snapshot = await store.snapshot();
    const before = await dumpLogs(snapshot.view);
    await store.write([appendLines('a', someTexts(200))]);
    const after = await store.withSnapshot(async ({ view }) => await dumpLogs(view));
    for (const task of tasks) {
      if (maintenance[task] === undefined) {
        await rejectsWith('NOT_SUPPORTED', async () => await store.maintenance[task](), task);
        continue;
      }
      const { performed, reason, problems } = await store.maintenance[task]();
      assert.ok(performed || (reason ?? '') !== '', `${task} did nothing and did not say why`);
      assert.deepStrictEqual(problems, [], task);
      assert.deepStrictEqual(await dumpLogs(snapshot.view), before, `the snapshot after ${task}`);
      assert.deepStrictEqual(await store.withSnapshot(async ({ view }) => await dumpLogs(view)), after, task);
    }
    await snapshot.close();
  },
});
