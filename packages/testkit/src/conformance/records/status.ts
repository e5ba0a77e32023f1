import assert from 'node:assert/strict';
import {
  canMove,
  type Execution,
  executionStatuses,
  putExecution,
  putStep,
  remove,
  type StepStatus,
  stepStatuses,
} from '@stepwell/core';
import fc from 'fast-check';
import { checkProperty } from '../support/check-property.ts';
import { outcomeOf, rejectsWith } from '../support/rejects-with.ts';
import { type RecordGroup, recordGroup } from './group.ts';
import { execution, someTime, step } from './samples.ts';

type RecordBed = Parameters<RecordGroup['tests'][string]>[0];

/** Every pair of statuses, with and without `resume`: what may move, moves; what may not, stays where it was. */
async function tryAllMoves(bed: RecordBed, kind: 'execution' | 'step'): Promise<void> {
  const statuses: readonly StepStatus[] = kind === 'step' ? stepStatuses : executionStatuses;
  const moves = statuses.flatMap((from) =>
    statuses.flatMap((to) =>
      [false, true].map((resume) => ({ from, to, resume, id: `${from} to ${to} ${resume}` })),
    ),
  );
  const put = (id: string, status: StepStatus, resume: boolean, place: number) =>
    kind === 'step'
      ? putStep(
          { id, executionId: 'parent', index: place, name: id, createdAt: someTime, status },
          { resume },
        )
      : putExecution(
          { id, name: id, createdAt: someTime, status: status as Execution['status'] },
          { resume },
        );
  const store = await bed.open();
  await store.write([execution('parent')]);
  await store.write(moves.map(({ id, from }, place) => put(id, from, false, place)));
  const settled = await Promise.allSettled(
    moves.map(async ({ id, to, resume }, place) => await store.write([put(id, to, resume, place)])),
  );
  await store.withSnapshot(async ({ view }) => {
    for (const [place, { id, from, to, resume }] of moves.entries()) {
      const allowed = canMove(from, to, { resume });
      const outcome = settled[place];
      assert.ok(outcome !== undefined);
      assert.equal(outcomeOf(outcome), allowed ? 'ok' : 'INVALID_TRANSITION', id);
      assert.equal((await view.get(kind, id))?.status, allowed ? to : from, id);
    }
  });
}

export const status: RecordGroup = recordGroup('statuses move only forward', {
  'SF-60: an execution moves as the status machine says, for every pair of statuses': async (bed) => {
    await tryAllMoves(bed, 'execution');
  },

  'SF-61: a step moves as the status machine says, for every pair of statuses': async (bed) => {
    await tryAllMoves(bed, 'step');
  },

  'SF-60: a status never moves back, whatever is tried (property)': async (bed) => {
    const store = await bed.open();
    let run = 0;
    const tries = fc.array(fc.record({ to: fc.constantFrom(...executionStatuses), resume: fc.boolean() }), {
      minLength: 1,
      maxLength: 12,
    });
    await checkProperty(
      fc.asyncProperty(fc.constantFrom(...executionStatuses), tries, async (start, moves) => {
        run += 1;
        const init = { id: `run-${run}`, name: 'walk', createdAt: someTime };
        await store.write([putExecution({ ...init, status: start })]);
        let expected = start;
        for (const { to, resume } of moves) {
          const move = async (): Promise<unknown> =>
            await store.write([putExecution({ ...init, status: to }, { resume })]);
          if (canMove(expected, to, { resume })) {
            await move();
            expected = to;
          } else {
            const error = await rejectsWith('INVALID_TRANSITION', move);
            assert.deepStrictEqual([error.details.from, error.details.to], [expected, to]);
          }
          const stored = await store.withSnapshot(async ({ view }) => await view.get('execution', init.id));
          assert.equal(stored?.status, expected);
        }
      }),
      25,
    );
  },

  'SF-60: the rule holds within one batch, and a refused move undoes the whole batch': async (bed) => {
    const store = await bed.open();
    await rejectsWith('INVALID_TRANSITION', async () => {
      await store.write([execution('e', { status: 'completed' }), execution('e', { status: 'running' })]);
    });
    assert.equal(await store.withSnapshot(async ({ view }) => await view.count('execution')), 0);
    await store.write([
      execution('e'),
      execution('e', { status: 'running' }),
      execution('e', { status: 'completed' }),
    ]);
  },

  'SF-60: the rule holds after a reopen': async (bed) => {
    let store = await bed.open();
    await store.write([execution('e', { status: 'completed' }), step('s', 'e', 0, { status: 'failed' })]);
    store = await bed.reopen(store);
    await rejectsWith(
      'INVALID_TRANSITION',
      async () => await store.write([execution('e', { status: 'running' })]),
    );
    await rejectsWith(
      'INVALID_TRANSITION',
      async () => await store.write([step('s', 'e', 0, { status: 'completed' })]),
    );
  },

  'SF-60: a removed record starts anew': async (bed) => {
    const store = await bed.open();
    await store.write([execution('e', { status: 'completed' })]);
    await store.write([remove('execution', 'e')]);
    await store.write([execution('e', { status: 'pending' })]);
    assert.equal(
      (await store.withSnapshot(async ({ view }) => await view.get('execution', 'e')))?.status,
      'pending',
    );
  },
});
