import assert from 'node:assert/strict';
import { toArray } from '@stepwell/core';
import { rejectsWith } from '../support/rejects-with.ts';
import { mustPinWhatIsStored, mustRefreshFromWhatIsStored } from '../support/shared-writers.ts';
import { type RecordGroup, recordGroup } from './group.ts';
import { execution } from './samples.ts';

export const oneWriter: RecordGroup = recordGroup('one writer at a time', {
  'S5: the second writer gets LOCKED, with the holder, and does no harm': async (bed) => {
    const store = await bed.open({ purpose: 'the first' });
    await store.write([execution('a')]);
    const error = await rejectsWith('LOCKED', async () => await bed.open());
    const holder = error.details.holder as { pid?: unknown; purpose?: unknown } | undefined;
    assert.deepStrictEqual([holder?.pid, holder?.purpose], [process.pid, 'the first']);
    await store.write([execution('b')]);
    assert.equal(await store.withSnapshot(async ({ view }) => await view.count('execution')), 2);
  },

  'S5: the lock is free once the writer has closed, and only then': async (bed) => {
    const store = await bed.open();
    await rejectsWith('LOCKED', async () => await bed.open());
    const waiting = bed.open({ lockWait: 20_000 });
    await store.write([execution('a')]);
    await store.close();
    const next = await waiting;
    assert.equal((await next.write([execution('b')])).epoch, 2);
  },

  'S5: shared writers take turns: each sees what the others committed, and no epoch is used twice': async (
    bed,
  ) => {
    const stores = [await bed.open({ writer: 'shared' }), await bed.open({ writer: 'shared' })];
    const epochs: (number | null)[] = [];
    for (let round = 0; round < 10; round += 1) {
      for (const [place, store] of stores.entries()) {
        epochs.push((await store.write([execution(`${place}-${round}`)])).epoch);
        for (const other of stores) {
          assert.equal(
            await other.withSnapshot(async ({ view }) => await view.count('execution')),
            epochs.length,
            mustPinWhatIsStored,
          );
        }
      }
    }
    assert.deepStrictEqual(
      epochs,
      epochs.map((_, place) => place + 1),
      mustRefreshFromWhatIsStored,
    );
  },

  'X-19: shared writers that write at once lose nothing of each other': async (bed) => {
    const stores = [await bed.open({ writer: 'shared' }), await bed.open({ writer: 'shared' })];
    await Promise.all(
      stores.map(async (store, place) => {
        for (let round = 0; round < 25; round += 1) await store.write([execution(`${place}-${round}`)]);
      }),
    );
    const [store] = stores;
    const ids = await store?.withSnapshot(async ({ view }) =>
      (await toArray(view.list('execution'))).map(({ id }) => id),
    );
    assert.equal(new Set(ids).size, 50, mustRefreshFromWhatIsStored);
  },
});
