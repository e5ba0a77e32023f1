import assert from 'node:assert/strict';
import { newExecution, putArtifact, putExecution, putStep, toArray } from '@stepwell/core';
import { rejectsWith } from '../support/rejects-with.ts';
import { dumpRecords } from './dump-records.ts';
import { type RecordGroup, recordGroup } from './group.ts';
import { artifact, execution, fullArtifact, fullExecution, fullStep, someTime, step } from './samples.ts';

export const updates: RecordGroup = recordGroup('putting again, and what belongs together', {
  'SF-35: putting an execution again keeps its steps and artifacts': async (bed) => {
    const store = await bed.open();
    await store.write([execution('e'), step('s', 'e', 0), artifact('a', 'e', { stepId: 's' })]);
    await store.write([execution('e', { name: 'renamed', status: 'running' })]);
    await store.write([step('s', 'e', 0, { name: 'renamed' })]);
    await store.withSnapshot(async ({ view }) => {
      const { executions, steps, artifacts } = await dumpRecords(view);
      assert.deepStrictEqual(
        executions.map(({ name }) => name),
        ['renamed'],
      );
      assert.deepStrictEqual(
        steps.map(({ id, name }) => [id, name]),
        [['s', 'renamed']],
      );
      assert.deepStrictEqual(
        artifacts.map(({ id, stepId }) => [id, stepId]),
        [['a', 's']],
      );
    });
  },

  'SF-35: a put replaces every field, and what it leaves out is its default again': async (bed) => {
    const bare = { id: fullExecution.id, name: '', createdAt: someTime, status: fullExecution.status };
    const store = await bed.open();
    await store.write([putExecution(fullExecution)]);
    await store.write([putExecution(bare)]);
    const stored = await store.withSnapshot(async ({ view }) => await view.get('execution', bare.id));
    assert.deepStrictEqual(stored, newExecution(bare));
  },

  'SF-35: putting the same again changes nothing': async (bed) => {
    const ops = [putExecution(fullExecution), putStep(fullStep), putArtifact(fullArtifact)];
    const store = await bed.open();
    await store.write(ops);
    const before = await store.withSnapshot(async ({ view }) => await dumpRecords(view));
    await store.write(ops);
    assert.deepStrictEqual(await store.withSnapshot(async ({ view }) => await dumpRecords(view)), before);
  },

  'SF-35: a step and an artifact stay with their execution, whoever uses their ids': async (bed) => {
    const store = await bed.open();
    await store.write([execution('e'), execution('f'), step('s', 'e', 0), artifact('a', 'e')]);
    const before = await store.withSnapshot(async ({ view }) => await dumpRecords(view));
    await rejectsWith('CONSTRAINT', async () => await store.write([step('s', 'f', 0)]));
    await rejectsWith('CONSTRAINT', async () => await store.write([artifact('a', 'f')]));
    assert.deepStrictEqual(await store.withSnapshot(async ({ view }) => await dumpRecords(view)), before);
  },

  'SF-27: a step and an artifact need their execution, and an artifact the step it names': async (bed) => {
    const store = await bed.open();
    await store.write([execution('e')]);
    await rejectsWith('CONSTRAINT', async () => await store.write([step('s', 'nobody', 0)]));
    await rejectsWith('CONSTRAINT', async () => await store.write([artifact('a', 'nobody')]));
    await rejectsWith(
      'CONSTRAINT',
      async () => await store.write([artifact('a', 'e', { stepId: 'nobody' })]),
    );
    await store.withSnapshot(async ({ view }) => {
      assert.deepStrictEqual([await view.count('step'), await view.count('artifact')], [0, 0]);
    });
  },

  'SF-27: no two steps of an execution share an index': async (bed) => {
    const store = await bed.open();
    await store.write([execution('e'), execution('f'), step('s', 'e', 0)]);
    await rejectsWith('CONSTRAINT', async () => await store.write([step('t', 'e', 0)]));
    await store.write([step('t', 'f', 0), step('u', 'e', 1)]);
    await rejectsWith(
      'CONSTRAINT',
      async () => await store.write([step('u', 'e', 0)]),
      'moving onto a taken index',
    );
    await store.write([{ type: 'remove', kind: 'step', id: 's' }, step('u', 'e', 0)]);
    const steps = await store.withSnapshot(
      async ({ view }) => await toArray(view.list('step', { executionId: 'e' })),
    );
    assert.deepStrictEqual(
      steps.map(({ id, index }) => [id, index]),
      [['u', 0]],
    );
  },
});
