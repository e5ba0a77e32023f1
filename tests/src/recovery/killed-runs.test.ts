import { toArray } from '@stepwell/core';
import { makeWorkspace, runChild } from '@stepwell/testkit';
import { open, openReadOnly } from 'stepwell';
import { expect, test } from 'vitest';
import { tell } from '../fixtures/told.ts';

interface Recorded {
  readonly id: string;
  readonly number: number;
}

const script = new URL('../fixtures/record-run.mjs', import.meta.url);

test('S7: a run whose process is killed is interrupted, with every line that was acknowledged', async () => {
  await using workspace = await makeWorkspace('killed');
  const directory = workspace.within('store');
  await using child = runChild<Recorded>(script, { args: [directory, 'exclusive'] });
  const { id } = await child.waitFor(({ number }) => number === 20);
  {
    await using reader = await openReadOnly(directory);
    await reader.store.withSnapshot(async (snapshot) => {
      const execution = await snapshot.view.records.get('execution', id);
      expect(execution?.status).toBe('running');
      expect(await snapshot.isLive(execution?.session ?? null)).toBe(true);
    });
  }
  await child.kill();
  const acknowledged = child.messages.at(-1)?.number ?? 0;

  await using reader = await openReadOnly(directory);
  await reader.store.withSnapshot(async (snapshot) => {
    // A reader tells that it is dead, and leaves it to a writer to store that.
    const execution = await snapshot.view.records.get('execution', id);
    expect(execution?.status).toBe('running');
    expect(await snapshot.isLive(execution?.session ?? null)).toBe(false);
  });

  await using stepwell = await open(directory);
  expect(stepwell.interrupted).toEqual([id]);
  const { execution, steps, lines } = await tell(stepwell.store, id);
  expect(execution).toMatchObject({ status: 'interrupted', totalSteps: 2, completedSteps: 1 });
  expect(steps.done).toMatchObject({ status: 'completed' });
  expect(lines.done).toEqual(['this step has ended']);
  expect(steps.endless).toMatchObject({ status: 'interrupted' });
  const kept = lines.endless ?? [];
  expect(kept).toEqual(kept.map((_, index) => `line ${index + 1}`));
  expect(kept.length).toBeGreaterThanOrEqual(acknowledged);
  const [artifact] = await stepwell.store.withSnapshot(({ view }) => toArray(view.records.list('artifact')));
  const bytes = await toArray(stepwell.artifacts.read(artifact?.hash ?? ''));
  expect(Buffer.concat(bytes).toString()).toBe('made');
  expect(await stepwell.store.locks.list('session-')).toEqual([]);
});

test('S7: among shared writers the dead are told from the living', async () => {
  await using workspace = await makeWorkspace('killed');
  const directory = workspace.within('store');
  await using dying = runChild<Recorded>(script, { args: [directory, 'shared'] });
  await using living = runChild<Recorded>(script, { args: [directory, 'shared'] });
  const dead = await dying.waitFor(({ number }) => number === 5);
  const alive = await living.waitFor(({ number }) => number === 5);
  await dying.kill();

  await using stepwell = await open(directory, { writer: 'shared', busyWait: 20_000 });
  expect(stepwell.interrupted).toEqual([dead.id]);
  expect((await tell(stepwell.store, dead.id)).execution?.status).toBe('interrupted');
  expect((await tell(stepwell.store, alive.id)).execution?.status).toBe('running');

  // The dead run can be taken up; the living one goes on to its own end.
  const again = await stepwell.recorder.resume(dead.id);
  await again.complete();
  living.send('end');
  expect(await living.exited).toEqual({ code: 0, signal: null });
  const { execution, lines } = await tell(stepwell.store, alive.id);
  expect(execution).toMatchObject({ status: 'completed', completedSteps: 2 });
  expect(lines.endless).toHaveLength(living.messages.length);
  expect((await tell(stepwell.store, dead.id)).execution?.status).toBe('completed');
});
