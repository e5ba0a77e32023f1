import assert from 'node:assert/strict';
import { putFact, type RecordOp, type RecordView, removeFact, type Store } from '@stepwell/core';
import { rejectsWith } from '../support/rejects-with.ts';
import { type RecordGroup, recordGroup } from './group.ts';
import { execution, step } from './samples.ts';

const fact = { subject: 's', predicate: 'p', object: 'o' };

/** True when the backend has no transaction ids; then it has said so. */
async function refusesIds(store: Store<RecordView, RecordOp>): Promise<boolean> {
  if (store.capabilities.has('transaction-ids')) return false;
  await rejectsWith(
    'NOT_SUPPORTED',
    async () => await store.write([execution('e')], { transactionId: 'id' }),
  );
  return true;
}

export const exactlyOnce: RecordGroup = recordGroup('transaction ids', {
  'S8: a batch that comes again is applied once and answered with its first epoch': async (bed) => {
    const store = await bed.open();
    if (await refusesIds(store)) return;
    const first = await store.write([putFact(fact)], { transactionId: 'job 1' });
    await store.write([removeFact(fact)]);
    const again = await store.write([putFact(fact)], { transactionId: 'job 1' });
    assert.deepStrictEqual([first.duplicate, again.duplicate, again.epoch], [false, true, first.epoch]);
    await store.withSnapshot(async ({ epoch, view }) => {
      assert.equal(await view.facts().count(), 0, 'the second was not applied');
      assert.equal(epoch, 2, 'a duplicate spends no epoch');
    });
  },

  'S8: it is applied once across reopens': async (bed) => {
    let store = await bed.open();
    if (await refusesIds(store)) return;
    const { epoch } = await store.write([execution('e', { name: 'first' })], { transactionId: 'job 1' });
    for (let round = 0; round < 3; round += 1) {
      store = await bed.reopen(store);
      const again = await store.write([execution('e', { name: `round ${round}` })], {
        transactionId: 'job 1',
      });
      assert.deepStrictEqual([again.duplicate, again.epoch], [true, epoch]);
    }
    assert.equal(
      (await store.withSnapshot(async ({ view }) => await view.get('execution', 'e')))?.name,
      'first',
    );
  },

  'S8: two of one id written together are one': async (bed) => {
    const store = await bed.open();
    if (await refusesIds(store)) return;
    const written = await Promise.all(
      ['a', 'b', 'c'].map((id) => store.write([execution(id)], { transactionId: 'same' })),
    );
    assert.deepStrictEqual(
      written.map(({ duplicate }) => duplicate),
      [false, true, true],
    );
    assert.equal(new Set(written.map(({ epoch }) => epoch)).size, 1, 'all name the commit that holds it');
    assert.equal(await store.withSnapshot(async ({ view }) => await view.count('execution')), 1);
  },

  'S8: a refused batch leaves its id free': async (bed) => {
    const store = await bed.open();
    if (await refusesIds(store)) return;
    const attempt = async () => await store.write([step('s', 'e', 0)], { transactionId: 'retry' });
    await rejectsWith('CONSTRAINT', attempt);
    await store.write([execution('e')]);
    assert.equal((await attempt()).duplicate, false);
    assert.equal((await attempt()).duplicate, true);
  },

  'S8: ids differ by every character, and batches without one are always applied': async (bed) => {
    const store = await bed.open();
    if (await refusesIds(store)) return;
    for (const id of ['a', 'A', 'a ', 'ä', 'a\u0308', "'; --", '__proto__', 'x'.repeat(1024)]) {
      assert.equal(
        (await store.write([execution(`by ${id.slice(0, 9)}`)], { transactionId: id })).duplicate,
        false,
        id,
      );
    }
    for (let round = 1; round <= 2; round += 1)
      assert.equal((await store.write([execution('e')])).duplicate, false);
  },

  'S8: an id that cannot be kept is INVALID_ARGUMENT': async (bed) => {
    const store = await bed.open();
    if (await refusesIds(store)) return;
    for (const id of ['', 'x'.repeat(1025), 'a\0b', '\ud800', 7 as never]) {
      await rejectsWith(
        'INVALID_ARGUMENT',
        async () => await store.write([execution('e')], { transactionId: id }),
      );
    }
  },
});
