import assert from 'node:assert/strict';
import { appendLines, toArray } from '@stepwell/core';
import { execution, step } from '../records/samples.ts';
import { hostileKeys } from '../support/arbitrary-text.ts';
import { rejectsWith } from '../support/rejects-with.ts';
import { mustPinWhatIsStored, mustRefreshFromWhatIsStored } from '../support/shared-writers.ts';
import { dumpStore } from './dump-store.ts';
import { type StoreGroup, storeGroup } from './group.ts';

export const reopen: StoreGroup = storeGroup('closing and opening again', {
  'S2: both sides are there after a reopen, and epochs and numbers go on': async (bed) => {
    let store = await bed.open();
    for (let round = 0; round < 4; round += 1) {
      const { epoch, results } = await store.write([
        execution(`e${round}`),
        appendLines('s', [`line ${round}`]),
      ]);
      assert.deepStrictEqual(
        [epoch, results[1]],
        [round * 2 + 1, { stream: 's', first: round + 1, last: round + 1 }],
      );
      await store.write([step(`s${round}`, `e${round}`, 0)]);
      const before = await store.withSnapshot(async ({ view }) => await dumpStore(view));
      store = await bed.reopen(store);
      assert.deepStrictEqual(await store.withSnapshot(async ({ view }) => await dumpStore(view)), before);
    }
  },

  'S7: opening again and again changes nothing': async (bed) => {
    let store = await bed.open();
    await store.write([execution('e'), appendLines('s', ['one'])]);
    await store.write([execution('f')]);
    const before = await store.withSnapshot(async ({ epoch, view }) => ({
      epoch,
      dump: await dumpStore(view),
    }));
    for (let round = 0; round < 5; round += 1) {
      store = await bed.reopen(store);
      const after = await store.withSnapshot(async ({ epoch, view }) => ({
        epoch,
        dump: await dumpStore(view),
      }));
      assert.deepStrictEqual(after, before);
    }
  },

  'SF-48: hostile stream names survive the way through both sides': async (bed) => {
    let store = await bed.open();
    await store.write(hostileKeys.map((name) => appendLines(name, [name])));
    await store.write(hostileKeys.map((name) => appendLines(name, ['again'])));
    for (const _ of ['at once', 'after a reopen']) {
      await store.withSnapshot(async ({ view }) => {
        for (const name of hostileKeys) {
          assert.deepStrictEqual(
            (await toArray(view.logs.lines(name))).map(({ text }) => text),
            [name, 'again'],
          );
          assert.deepStrictEqual((await view.logs.info(name))?.lost, [], 'no line counts as lost');
        }
      });
      store = await bed.reopen(store);
    }
  },

  'S5: one writer for both sides': async (bed) => {
    const store = await bed.open();
    await rejectsWith('LOCKED', async () => await bed.open());
    await store.close();
    await bed.open();
  },

  'S5: shared writers take turns on both sides': async (bed) => {
    const stores = [await bed.open({ writer: 'shared' }), await bed.open({ writer: 'shared' })];
    let count = 0;
    for (let round = 0; round < 6; round += 1) {
      for (const store of stores) {
        count += 1;
        const { epoch, results } = await store.write([
          execution(`e${count}`),
          appendLines('s', [`line ${count}`]),
        ]);
        const answer = [count, { stream: 's', first: count, last: count }];
        assert.deepStrictEqual([epoch, results[1]], answer, mustRefreshFromWhatIsStored);
      }
    }
    for (const store of stores) {
      await store.withSnapshot(async ({ view }) => {
        assert.equal(await view.records.count('execution'), count, mustPinWhatIsStored);
        assert.equal((await toArray(view.logs.lines('s'))).length, count, mustPinWhatIsStored);
      });
    }
  },

  'SF-15: after close every call is NOT_OPEN': async (bed) => {
    const store = await bed.open();
    await store.close();
    await store.close();
    await rejectsWith('NOT_OPEN', async () => await store.write([appendLines('s', ['x'])]));
    await rejectsWith('NOT_OPEN', async () => await store.snapshot());
  },
});
