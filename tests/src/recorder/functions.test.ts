import { describe, expect, test } from 'vitest';
import { codeOf } from '../fixtures/code-of.ts';
import { tell } from '../fixtures/told.ts';
import { record, worlds } from '../fixtures/worlds.ts';

describe.each(worlds)('recorded as functions, in %s', (_, makeWorld) => {
  test('S1: an execution completes when its work returns, and passes the result on', async () => {
    await using world = await makeWorld();
    await using session = await record(world);
    const { store, recorder } = session;
    let id = '';
    const answer = await recorder.execution({ name: 'nightly', tags: ['a'] }, async (execution) => {
      ({ id } = execution);
      void execution.log('before');
      const made = await execution.step('compile', async (step) => {
        void step.log('one\ntwo');
        return 6;
      });
      return made * 7;
    });
    expect(answer).toBe(42);
    const { execution, steps, lines } = await tell(store, id);
    expect(execution).toMatchObject({
      name: 'nightly',
      tags: ['a'],
      status: 'completed',
      exitCode: 0,
      errorMessage: null,
      totalSteps: 1,
      completedSteps: 1,
      currentStepIndex: 0,
    });
    expect(execution?.completedAt).toBeGreaterThanOrEqual(execution?.startedAt ?? 0);
    expect(steps.compile).toMatchObject({ status: 'completed', index: 0, exitCode: 0 });
    expect(lines).toEqual({ nightly: ['before'], compile: ['one', 'two'] });
  });

  test('S11: a failure is kept where it happened and wherever it goes, and goes on to the caller', async () => {
    await using world = await makeWorld();
    await using session = await record(world);
    const { store, recorder } = session;
    const failure = new TypeError('no such tool');
    let id = '';
    const run = recorder.execution('nightly', async (execution) => {
      ({ id } = execution);
      await execution.step('good', () => 1);
      await execution.step('bad', async (step) => {
        void step.log('about to fail');
        throw failure;
      });
    });
    await expect(run).rejects.toBe(failure);
    const { execution, steps, lines } = await tell(store, id);
    const kept = { status: 'failed', errorMessage: 'TypeError: no such tool', exitCode: null };
    expect(execution).toMatchObject({ ...kept, totalSteps: 2, completedSteps: 1 });
    expect(steps.good?.status).toBe('completed');
    expect(steps.bad).toMatchObject(kept);
    expect(lines.bad).toEqual(['about to fail']);
  });

  test('S11: a failure that the work handles does not fail the execution', async () => {
    await using world = await makeWorld();
    await using session = await record(world);
    let id = '';
    await session.recorder.execution('nightly', async (execution) => {
      ({ id } = execution);
      const attempt = execution.step('flaky', () => {
        throw new Error('try again');
      });
      await attempt.catch(() => execution.step('retry', () => 'fine'));
    });
    const { execution, steps } = await tell(session.store, id);
    expect(execution).toMatchObject({ status: 'completed', totalSteps: 2, completedSteps: 1 });
    expect(steps.flaky).toMatchObject({ status: 'failed', errorMessage: 'Error: try again' });
  });

  test('SF-61: work may end its step, or its execution, itself', async () => {
    await using world = await makeWorld();
    await using session = await record(world);
    let id = '';
    await session.recorder.execution('nightly', async (execution) => {
      ({ id } = execution);
      await execution.step('optional', (step) => step.skip('nothing to do'));
      await execution.step('command', (step) => step.complete(3));
      await execution.fail('the command failed', { exitCode: 3 });
      expect(await codeOf(execution.step('too late'))).toBe('INVALID_TRANSITION');
    });
    const { execution, steps } = await tell(session.store, id);
    expect(execution).toMatchObject({
      status: 'failed',
      exitCode: 3,
      errorMessage: 'the command failed',
      totalSteps: 2,
      completedSteps: 1,
    });
    expect(steps.optional).toMatchObject({ status: 'skipped', errorMessage: 'nothing to do' });
    expect(steps.command).toMatchObject({ status: 'failed', exitCode: 3, errorMessage: 'exit code 3' });
  });

  test('S3: steps at once keep their places and their counts', async () => {
    await using world = await makeWorld();
    await using session = await record(world);
    let id = '';
    await session.recorder.execution('parallel', async (execution) => {
      ({ id } = execution);
      const names = Array.from({ length: 20 }, (_, index) => `step ${index}`);
      await Promise.all(
        names.map((name, index) =>
          execution.step(name, async (step) => {
            void step.log(`${name} begins`);
            if (index % 5 === 0) await step.ready;
            void step.log(`${name} ends`);
          }),
        ),
      );
    });
    const { execution, steps, lines } = await tell(session.store, id);
    expect(execution).toMatchObject({ status: 'completed', totalSteps: 20, completedSteps: 20 });
    const all = Object.values(steps);
    expect(all.map(({ index }) => index)).toEqual(Array.from({ length: 20 }, (_, index) => index));
    for (const { name } of all) expect(lines[name]).toEqual([`${name} begins`, `${name} ends`]);
  });

  test('S11: a reason that no store can hold is kept as far as it goes', async () => {
    await using world = await makeWorld();
    await using session = await record(world);
    let id = '';
    const run = session.recorder.execution('nightly', (execution) => {
      ({ id } = execution);
      throw new Error('nul \0 and half an emoji \ud83d');
    });
    await expect(run).rejects.toThrowError('half an emoji');
    const { execution } = await tell(session.store, id);
    expect(execution?.errorMessage).toBe('Error: nul \ufffd and half an emoji \ufffd');
  });

  test('S11: when even the failure cannot be recorded, both are told', async () => {
    await using world = await makeWorld();
    const { store, recorder } = await record(world);
    const run = recorder.execution('nightly', async () => {
      await store.close();
      throw new Error('the work failed');
    });
    await expect(run).rejects.toMatchObject({
      cause: { message: 'the work failed' },
      errors: [{ message: 'the work failed' }, { code: 'NOT_OPEN' }],
    });
  });
});
