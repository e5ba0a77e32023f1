import { putExecution, settleInterrupted } from '@stepwell/core';
import { describe, expect, test } from 'vitest';
import { codeOf } from '../fixtures/code-of.ts';
import { tell } from '../fixtures/told.ts';
import { record, worlds } from '../fixtures/worlds.ts';

const shared = { store: { writer: 'shared' } } as const;

describe.each(worlds)('resuming, in %s', (_, makeWorld) => {
  test.each([true, false])(
    'S7: a run goes on where its dead process left it (settled before: %s)',
    async (settled) => {
      await using world = await makeWorld();
      let id = '';
      {
        await using dying = await record(world);
        const run = await dying.recorder.start({ name: 'job', metadata: { attempt: 1 } });
        ({ id } = run);
        await (await run.step('done')).complete();
        const open = await run.step('cut off');
        void open.log('half of it');
        await dying.recorder.flush();
      }
      await using session = await record(world);
      if (settled) await settleInterrupted(session.store);
      const again = await session.recorder.resume(id);
      expect(again.record).toMatchObject({ status: 'running', completedAt: null, errorMessage: null });
      expect(again.record.session).toBe((await session.store.session()).id);
      const next = await again.step('once more');
      await next.complete();
      await again.complete();
      const { execution, steps, lines } = await tell(session.store, id);
      expect(execution).toMatchObject({
        status: 'completed',
        metadata: { attempt: 1 },
        totalSteps: 3,
        completedSteps: 2,
        currentStepIndex: 2,
      });
      expect(Object.values(steps).map(({ name, index, status }) => [name, index, status])).toEqual([
        ['done', 0, 'completed'],
        ['cut off', 1, 'interrupted'],
        ['once more', 2, 'completed'],
      ]);
      expect(lines['cut off']).toEqual(['half of it']);
    },
  );

  test('S7: a run that a living process records is refused', async () => {
    await using world = await makeWorld();
    await using living = await record(world, shared);
    const run = await living.recorder.start('job');
    await using session = await record(world, shared);
    expect(await codeOf(session.recorder.resume(run.id))).toBe('LOCKED');
    // One's own run is being recorded as well.
    expect(await codeOf(living.recorder.resume(run.id))).toBe('LOCKED');
    await run.complete();
  });

  test('S7: a run that has ended otherwise, or never was, is refused', async () => {
    await using world = await makeWorld();
    await using session = await record(world);
    for (const end of ['complete', 'fail', 'cancel', 'timeOut'] as const) {
      const run = await session.recorder.start(end);
      await (end === 'fail' ? run.fail('x') : run[end]());
      expect(await codeOf(session.recorder.resume(run.id))).toBe('INVALID_TRANSITION');
    }
    expect(await codeOf(session.recorder.resume('nobody'))).toBe('NOT_FOUND');
  });

  test('S7: a run that waits for somebody is taken up', async () => {
    await using world = await makeWorld();
    await using session = await record(world);
    await session.store.write([putExecution({ id: 'queued', name: 'queued', createdAt: 1 })]);
    const run = await session.recorder.resume('queued');
    expect(run.record.startedAt).not.toBeNull();
    await run.complete();
    expect((await tell(session.store, 'queued')).execution?.status).toBe('completed');
  });

  test('S7: of many who resume at once, one gets it', async () => {
    await using world = await makeWorld();
    let id = '';
    {
      await using dying = await record(world);
      ({ id } = await dying.recorder.start('job'));
    }
    const sessions = await Promise.all([1, 2, 3].map(() => record(world, shared)));
    const outcomes = await Promise.all(sessions.map(({ recorder }) => codeOf(recorder.resume(id))));
    expect(outcomes.sort()).toEqual(['LOCKED', 'LOCKED', 'no error']);
    for (const { store } of sessions) await store.close();
  });
});
