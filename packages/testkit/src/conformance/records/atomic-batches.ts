import assert from 'node:assert/strict';
import { putFact, type RecordOp, toArray } from '@stepwell/core';
import fc from 'fast-check';
import { checkProperty } from '../support/check-property.ts';
import { outcomeOf, rejectsWith } from '../support/rejects-with.ts';
import { dumpRecords } from './dump-records.ts';
import { type RecordGroup, recordGroup } from './group.ts';
import { artifact, execution, step } from './samples.ts';

/** An op that passes every check of its own and breaks a rule of the data. */
const orphan: RecordOp = step('orphan', 'no-such-execution', 0);

export const atomicBatches: RecordGroup = recordGroup('batches are atomic', {
  'S1: one bad op, wherever it stands, leaves nothing of its batch': async (bed) => {
    const store = await bed.open();
    const good = [
      execution('e'),
      step('s', 'e', 0),
      artifact('a', 'e'),
      putFact({ subject: 's', predicate: 'p', object: 'o' }),
    ];
    for (let place = 0; place <= good.length; place += 1) {
      const ops = good.toSpliced(place, 0, orphan);
      await rejectsWith('CONSTRAINT', async () => await store.write(ops), `a batch with its op ${place} bad`);
      const { epoch, dump } = await store.withSnapshot(async (snapshot) => ({
        epoch: snapshot.epoch,
        dump: await dumpRecords(snapshot.view),
      }));
      assert.deepStrictEqual(dump, { executions: [], steps: [], artifacts: [], facts: [] });
      assert.equal(epoch, 0);
    }
  },

  'S1: a refused batch undoes its updates and its removals too': async (bed) => {
    const store = await bed.open();
    const fact = { subject: 's', predicate: 'p', object: 'o' };
    await store.write([execution('e'), step('s', 'e', 0), putFact(fact)]);
    const before = await store.withSnapshot(async ({ view }) => await dumpRecords(view));
    const undo: RecordOp[] = [
      execution('e', { name: 'changed' }),
      { type: 'remove', kind: 'step', id: 's' },
      { type: 'remove-fact', fact },
      execution('new'),
    ];
    await rejectsWith('CONSTRAINT', async () => await store.write([...undo, orphan]));
    assert.deepStrictEqual(await store.withSnapshot(async ({ view }) => await dumpRecords(view)), before);
  },

  'S1: the neighbours of a bad batch in the same group commit stand': async (bed) => {
    const store = await bed.open();
    const settled = await Promise.allSettled([
      store.write([execution('a')]),
      store.write([execution('lost-1'), orphan]),
      store.write([execution('b'), step('b-1', 'b', 0)]),
      store.write([orphan, execution('lost-2')]),
      store.write([execution('c')]),
    ]);
    assert.deepStrictEqual(settled.map(outcomeOf), ['ok', 'CONSTRAINT', 'ok', 'CONSTRAINT', 'ok']);
    const ids = await store.withSnapshot(async ({ view }) =>
      (await toArray(view.list('execution'))).map(({ id }) => id),
    );
    assert.deepStrictEqual(ids.sort(), ['a', 'b', 'c']);
  },

  'S1: ops of a batch see the ones before them, and not the ones after': async (bed) => {
    const store = await bed.open();
    await store.write([execution('e'), step('s', 'e', 0), artifact('a', 'e', { stepId: 's' })]);
    await rejectsWith(
      'CONSTRAINT',
      async () => await store.write([step('t', 'later', 0), execution('later')]),
    );
  },

  'S1: a batch of 2,000 ops is there whole or not at all': async (bed) => {
    const store = await bed.open();
    const ops = Array.from({ length: 2000 }, (_, place) => execution(`e${place}`));
    await rejectsWith('CONSTRAINT', async () => await store.write([...ops, orphan]));
    assert.equal(await store.withSnapshot(async ({ view }) => await view.count('execution')), 0);
    await store.write(ops);
    assert.equal(await store.withSnapshot(async ({ view }) => await view.count('execution')), 2000);
  },

  'S1: 20 single writes and 10 batches of 10 at once are all stored (X-03)': async (bed) => {
    const store = await bed.open();
    const singles = Array.from({ length: 20 }, (_, place) => [execution(`single-${place}`)]);
    const batches = Array.from({ length: 10 }, (_, batch) =>
      Array.from({ length: 10 }, (_, place) => execution(`batch-${batch}-${place}`)),
    );
    await Promise.all([...singles, ...batches].map((ops) => store.write(ops)));
    assert.equal(await store.withSnapshot(async ({ view }) => await view.count('execution')), 120);
  },

  'S1: of any batches written together, exactly the good ones are there (property)': async (bed) => {
    const store = await bed.open();
    let run = 0;
    const batches = fc.array(fc.record({ size: fc.integer({ min: 1, max: 4 }), bad: fc.boolean() }), {
      maxLength: 12,
    });
    await checkProperty(
      fc.asyncProperty(batches, async (plan) => {
        run += 1;
        const name = `run ${run}`;
        const idsOf = (batch: number, size: number): string[] =>
          Array.from({ length: size }, (_, place) => `${run}-${batch}-${place}`);
        const settled = await Promise.allSettled(
          plan.map(async ({ size, bad }, batch) => {
            const ops = idsOf(batch, size).map((id) => execution(id, { name }));
            return await store.write(bad ? [...ops, orphan] : ops);
          }),
        );
        assert.deepStrictEqual(
          settled.map(outcomeOf),
          plan.map(({ bad }) => (bad ? 'CONSTRAINT' : 'ok')),
        );
        const expected = plan.flatMap(({ size, bad }, batch) => (bad ? [] : idsOf(batch, size)));
        const present = await store.withSnapshot(
          async ({ view }) => await toArray(view.list('execution', { name })),
        );
        assert.deepStrictEqual(present.map(({ id }) => id).sort(), expected.sort());
      }),
      25,
    );
  },
});
