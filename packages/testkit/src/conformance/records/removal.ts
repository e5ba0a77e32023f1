import assert from 'node:assert/strict';
import { remove, toArray } from '@stepwell/core';
import { rejectsWith } from '../support/rejects-with.ts';
import { dumpRecords } from './dump-records.ts';
import { type RecordGroup, recordGroup } from './group.ts';
import { artifact, execution, step } from './samples.ts';

const family = [
  execution('e'),
  execution('other'),
  step('s0', 'e', 0),
  step('s1', 'e', 1),
  step('t0', 'other', 0),
  artifact('a', 'e', { stepId: 's0' }),
  artifact('b', 'e'),
  artifact('c', 'other', { stepId: 't0' }),
];

export const removal: RecordGroup = recordGroup('removal', {
  'SF-27: an execution takes its steps and artifacts with it, and nobody else’s': async (bed) => {
    const store = await bed.open();
    await store.write(family);
    await store.write([remove('execution', 'e')]);
    await store.withSnapshot(async ({ view }) => {
      const { executions, steps, artifacts } = await dumpRecords(view);
      assert.deepStrictEqual(
        executions.map(({ id }) => id),
        ['other'],
      );
      assert.deepStrictEqual(
        steps.map(({ id }) => id),
        ['t0'],
      );
      assert.deepStrictEqual(
        artifacts.map(({ id, stepId }) => [id, stepId]),
        [['c', 't0']],
      );
      assert.equal(await view.get('step', 's0'), undefined);
      assert.equal(await view.get('artifact', 'b'), undefined);
      assert.equal(await view.count('step', { executionId: 'e' }), 0);
    });
  },

  'SF-27: the artifacts of a removed step stay with the execution': async (bed) => {
    const store = await bed.open();
    await store.write(family);
    await store.write([remove('step', 's0')]);
    await store.withSnapshot(async ({ view }) => {
      const artifacts = await toArray(view.list('artifact', { executionId: 'e' }));
      assert.deepStrictEqual(
        artifacts.map(({ id, stepId }) => [id, stepId]),
        [
          ['a', null],
          ['b', null],
        ],
      );
      assert.equal(await view.count('artifact', { stepId: 's0' }), 0);
      assert.equal(await view.get('step', 's0'), undefined);
    });
  },

  'SF-27: an artifact goes alone': async (bed) => {
    const store = await bed.open();
    await store.write(family);
    await store.write([remove('artifact', 'a')]);
    await store.withSnapshot(async ({ view }) => {
      assert.equal(await view.get('artifact', 'a'), undefined);
      assert.deepStrictEqual(
        [await view.count('execution'), await view.count('step'), await view.count('artifact')],
        [2, 3, 2],
      );
    });
  },

  'SF-27: removing what is not there does nothing': async (bed) => {
    const store = await bed.open();
    await store.write(family);
    const before = await store.withSnapshot(async ({ view }) => await dumpRecords(view));
    await store.write([
      remove('execution', 'nobody'),
      remove('step', 'nobody'),
      remove('artifact', 'nobody'),
    ]);
    assert.deepStrictEqual(await store.withSnapshot(async ({ view }) => await dumpRecords(view)), before);
  },

  'SF-27: what was removed stays removed after a reopen': async (bed) => {
    let store = await bed.open();
    await store.write(family);
    await store.write([remove('execution', 'e'), remove('artifact', 'c')]);
    store = await bed.reopen(store);
    await store.withSnapshot(async ({ view }) => {
      const { executions, steps, artifacts } = await dumpRecords(view);
      assert.deepStrictEqual([executions.length, steps.length, artifacts.length], [1, 1, 0]);
    });
  },

  'SF-27: an execution made anew under an old id has none of the old children': async (bed) => {
    const store = await bed.open();
    await store.write(family);
    await store.write([remove('execution', 'e'), execution('e', { name: 'again' })]);
    await store.withSnapshot(async ({ view }) => {
      assert.equal((await view.get('execution', 'e'))?.name, 'again');
      assert.equal(await view.count('step', { executionId: 'e' }), 0);
      assert.equal(await view.count('artifact', { executionId: 'e' }), 0);
    });
    await store.write([step('s0', 'e', 0), artifact('a', 'e', { stepId: 's0' })]);
  },

  'SF-27: a removed parent is missing to those that come after it in the batch': async (bed) => {
    const store = await bed.open();
    await store.write(family);
    await rejectsWith(
      'CONSTRAINT',
      async () => await store.write([remove('execution', 'e'), step('s2', 'e', 2)]),
    );
    const steps = await store.withSnapshot(
      async ({ view }) => await view.count('step', { executionId: 'e' }),
    );
    assert.equal(steps, 2, 'the removal was undone with its batch');
  },
});
