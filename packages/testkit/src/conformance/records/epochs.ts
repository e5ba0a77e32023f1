import assert from 'node:assert/strict';
import { rejectsWith } from '../support/rejects-with.ts';
import { type RecordGroup, recordGroup } from './group.ts';
import { execution, step } from './samples.ts';

export const epochs: RecordGroup = recordGroup('every commit has an epoch', {
  'S3: a new store stands at epoch 0, and each commit is one more': async (bed) => {
    const store = await bed.open();
    assert.equal(await store.withSnapshot(({ epoch }) => epoch), 0);
    for (let expected = 1; expected <= 5; expected += 1) {
      const { epoch, results, duplicate } = await store.write([
        execution(`e${expected}`),
        execution(`f${expected}`),
      ]);
      assert.equal(epoch, expected);
      assert.equal(results.length, 2, 'one result for each op');
      assert.equal(duplicate, false);
      assert.equal(await store.withSnapshot((snapshot) => snapshot.epoch), expected);
    }
  },

  'S3: a refused batch and an empty one spend no epoch': async (bed) => {
    const store = await bed.open();
    await store.write([execution('e')]);
    await rejectsWith('CONSTRAINT', async () => await store.write([step('s', 'nobody', 0)]));
    await store.write([]);
    assert.equal(await store.withSnapshot(({ epoch }) => epoch), 1);
    assert.equal((await store.write([execution('f')])).epoch, 2);
  },

  'S3: the epochs of writes made together rise without a gap': async (bed) => {
    const store = await bed.open();
    const written = await Promise.all(
      Array.from({ length: 50 }, (_, place) => store.write([execution(`e${place}`)])),
    );
    const epochs = written.map(({ epoch }) => epoch ?? Number.NaN);
    assert.deepStrictEqual(
      epochs,
      epochs.toSorted((a, b) => a - b),
      'first come, first committed',
    );
    const distinct = [...new Set(epochs)];
    assert.deepStrictEqual(
      distinct,
      distinct.map((_, place) => place + 1),
    );
    assert.equal(await store.withSnapshot(({ epoch }) => epoch), distinct.length);
  },

  'S3: a snapshot says when it was opened, by the clock of the store': async (bed) => {
    const store = await bed.open({ now: () => 1234 });
    assert.equal(await store.withSnapshot(({ openedAt }) => openedAt), 1234);
  },
});
