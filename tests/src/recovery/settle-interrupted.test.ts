import { putExecution, settleInterrupted } from '@stepwell/core';
import { describe, expect, test } from 'vitest';
import { tell } from '../fixtures/told.ts';
import { record, type Session, worlds } from '../fixtures/worlds.ts';

/** Lets `before` happen after the records were read and before the first answer about who lives. */
function beforeFirstLook(session: Session, before: () => Promise<void>): void {
  const { locks } = session.store;
  const isHeld = locks.isHeld.bind(locks);
  let first = true;
  locks.isHeld = async (name) => {
    if (first) {
      first = false;
      await before();
    }
    return await isHeld(name);
  };
}

const shared = { store: { writer: 'shared' } } as const;

describe.each(worlds)('runs whose process is gone, in %s', (_, makeWorld) => {
  test('S7: they and their open steps are interrupted, when they were last heard of', async () => {
    await using world = await makeWorld();
    let id = '';
    {
      await using dying = await record(world, { recorder: { now: () => 1_000 } });
      const run = await dying.recorder.start('job');
      ({ id } = run);
      const done = await run.step('done');
      await done.complete();
      const open = await run.step('open');
      void open.log({ content: 'the last thing it said', at: 5_000 });
      await dying.recorder.flush();
    }
    await using session = await record(world);
    expect(await settleInterrupted(session.store)).toEqual({ interrupted: [id] });
    const { execution, steps, lines } = await tell(session.store, id);
    const interrupted = {
      status: 'interrupted',
      completedAt: 5_000,
      exitCode: null,
      errorMessage: 'the process that recorded it ended before it did',
    };
    expect(execution).toMatchObject({ ...interrupted, totalSteps: 2, completedSteps: 1 });
    expect(steps.open).toMatchObject(interrupted);
    expect(steps.done).toMatchObject({ status: 'completed', completedAt: 1_000 });
    expect(lines.open).toEqual(['the last thing it said']);
    expect(await settleInterrupted(session.store)).toEqual({ interrupted: [] });
  });

  test('S7: live runs, runs that nobody took up and runs that have ended are left alone', async () => {
    await using world = await makeWorld();
    await using living = await record(world, shared);
    const run = await living.recorder.start('alive');
    const ended = await living.recorder.start('ended');
    await ended.fail('by itself');
    await living.store.write([putExecution({ id: 'waiting', name: 'waiting', createdAt: 1 })]);
    await using session = await record(world, shared);
    await session.recorder.start('my own');
    expect(await settleInterrupted(session.store)).toEqual({ interrupted: [] });
    expect((await tell(session.store, run.id)).execution?.status).toBe('running');
    expect((await tell(session.store, ended.id)).execution?.status).toBe('failed');
    expect((await tell(session.store, 'waiting')).execution?.status).toBe('pending');
    await run.complete();
    expect((await tell(session.store, run.id)).execution?.status).toBe('completed');
  });

  test('S7: what a process wrote between the first look and its death counts', async () => {
    await using world = await makeWorld();
    await using session = await record(world, shared);
    const dying = await record(world, shared);
    const run = await dying.recorder.start('job');
    await run.step('first');
    beforeFirstLook(session, async () => {
      await run.step('second');
      await run.update({ metadata: { late: true } });
      await dying.store.close();
    });
    expect(await settleInterrupted(session.store)).toEqual({ interrupted: [run.id] });
    const { execution, steps } = await tell(session.store, run.id);
    expect(execution).toMatchObject({ status: 'interrupted', totalSteps: 2, metadata: { late: true } });
    expect(Object.values(steps).map(({ status }) => status)).toEqual(['interrupted', 'interrupted']);
  });

  test('S7: a run that came to its end before its process did is not interrupted', async () => {
    await using world = await makeWorld();
    await using session = await record(world, shared);
    const leaving = await record(world, shared);
    const run = await leaving.recorder.start('job');
    beforeFirstLook(session, async () => {
      await run.complete();
      await leaving.store.close();
    });
    expect(await settleInterrupted(session.store)).toEqual({ interrupted: [] });
    expect((await tell(session.store, run.id)).execution?.status).toBe('completed');
  });

  test('S7: many processes that settle at once agree', async () => {
    await using world = await makeWorld();
    const ids: string[] = [];
    {
      await using dying = await record(world, shared);
      for (let count = 0; count < 5; count += 1) ids.push((await dying.recorder.start(`job ${count}`)).id);
    }
    const sessions = await Promise.all([1, 2, 3].map(() => record(world, shared)));
    const settled = await Promise.all(sessions.map(({ store }) => settleInterrupted(store)));
    expect(settled.flatMap(({ interrupted }) => interrupted).sort()).toEqual([...ids].sort());
    for (const { store } of sessions) await store.close();
  });

  test('S7: the sessions of the dead leave nothing behind', async () => {
    await using world = await makeWorld();
    await using session = await record(world, shared);
    const dying = await record(world, shared);
    await dying.recorder.start('job');
    expect(await session.store.locks.list('session-')).toHaveLength(1);
    await dying.store.close();
    await settleInterrupted(session.store);
    expect(await session.store.locks.list('session-')).toEqual([]);
  });
});
