import { setImmediate } from 'node:timers/promises';
import type { RecordedExecution, RecordedStep } from '@stepwell/core';
import { describe, expect, test } from 'vitest';
import { codeOf } from '../fixtures/code-of.ts';
import { tell } from '../fixtures/told.ts';
import { record, worlds } from '../fixtures/worlds.ts';

const endings: readonly [string, (run: RecordedExecution) => Promise<void>, object][] = [
  ['complete', (run) => run.complete(), { status: 'completed', exitCode: 0, errorMessage: null }],
  ['complete(2)', (run) => run.complete(2), { status: 'failed', exitCode: 2, errorMessage: 'exit code 2' }],
  [
    'fail',
    (run) => run.fail(new Error('broke'), { exitCode: 9 }),
    { status: 'failed', exitCode: 9, errorMessage: 'Error: broke' },
  ],
  ['fail()', (run) => run.fail(), { status: 'failed', exitCode: null, errorMessage: null }],
  [
    'cancel',
    (run) => run.cancel('by hand'),
    { status: 'cancelled', exitCode: null, errorMessage: 'by hand' },
  ],
  ['timeOut', (run) => run.timeOut(), { status: 'timed-out', exitCode: null, errorMessage: null }],
];

const stepEndings: readonly [string, (step: RecordedStep) => Promise<void>, object, number][] = [
  ['complete', (step) => step.complete(), { status: 'completed', exitCode: 0 }, 1],
  ['complete(1)', (step) => step.complete(1), { status: 'failed', exitCode: 1 }, 0],
  ['fail', (step) => step.fail('broke'), { status: 'failed', errorMessage: 'broke' }, 0],
  ['cancel', (step) => step.cancel(), { status: 'cancelled', errorMessage: null }, 0],
  ['skip', (step) => step.skip('not needed'), { status: 'skipped', errorMessage: 'not needed' }, 1],
];

describe.each(worlds)('recorded by handles, in %s', (_, makeWorld) => {
  test.each(endings)(
    'SF-60: %s ends an execution, its open steps and its lines with it',
    async (_, end, told) => {
      await using world = await makeWorld();
      await using session = await record(world);
      const run = await session.recorder.start({ name: 'job 17', command: 'make' });
      const done = await run.step('done');
      await done.complete();
      const open = await run.step('open');
      void run.log('of the execution');
      void open.log('of the step');
      await end(run);
      const { execution, steps, lines } = await tell(session.store, run.id);
      expect(execution).toMatchObject({ command: 'make', totalSteps: 2, ...told });
      expect(execution).toEqual(run.record);
      expect(steps.open).toMatchObject(told);
      expect(steps.open).toEqual(open.record);
      expect(steps.done?.status).toBe('completed');
      expect(lines).toEqual({ 'job 17': ['of the execution'], done: [], open: ['of the step'] });
      expect(execution?.completedSteps).toBe(execution?.status === 'completed' ? 2 : 1);
    },
  );

  test.each(stepEndings)('SF-61: %s ends a step', async (_, end, told, completedSteps) => {
    await using world = await makeWorld();
    await using session = await record(world);
    const run = await session.recorder.start('job');
    const step = await run.step({ name: 'one', description: 'what it does', estimatedDuration: 5 });
    void step.log('a line');
    await end(step);
    const { execution, steps, lines } = await tell(session.store, run.id);
    expect(steps.one).toMatchObject({ description: 'what it does', estimatedDuration: 5, ...told });
    expect(steps.one).toEqual(step.record);
    expect(lines.one).toEqual(['a line']);
    expect(execution).toMatchObject({ status: 'running', totalSteps: 1, completedSteps });
  });

  test('SF-60: nothing ends twice, and nothing begins after the end', async () => {
    await using world = await makeWorld();
    await using session = await record(world);
    const run = await session.recorder.start('job');
    const step = await run.step('one');
    await step.complete();
    for (const again of [
      () => step.complete(),
      () => step.fail('x'),
      () => step.skip(),
      () => step.cancel(),
    ]) {
      expect(await codeOf(again)).toBe('INVALID_TRANSITION');
    }
    const orphan = await run.step('two');
    await run.complete();
    for (const again of [
      () => run.complete(),
      () => run.fail('x'),
      () => run.cancel(),
      () => run.timeOut(),
    ]) {
      expect(await codeOf(again)).toBe('INVALID_TRANSITION');
    }
    expect(await codeOf(run.step('three'))).toBe('INVALID_TRANSITION');
    expect(await codeOf(orphan.complete())).toBe('INVALID_TRANSITION');
    const { execution } = await tell(session.store, run.id);
    expect(execution).toMatchObject({ status: 'completed', totalSteps: 2, completedSteps: 2 });
  });

  test('S3: updates in a row, not waited for, build on each other', async () => {
    await using world = await makeWorld();
    await using session = await record(world);
    const run = await session.recorder.start({ name: 'job', metadata: { a: 1 } });
    const step = await run.step({ name: 'one', metadata: { x: 1 } });
    await Promise.all([
      run.update({ metadata: { b: 2 } }),
      run.update({ name: 'renamed', tags: ['t'] }),
      step.update({ metadata: { y: 2 } }),
      step.update({ description: 'said later' }),
      run.update({ metadata: { a: 3 } }),
      step.complete(),
      run.update({ user: 'somebody' }),
    ]);
    const { execution, steps } = await tell(session.store, run.id);
    expect(execution).toMatchObject({
      name: 'renamed',
      tags: ['t'],
      user: 'somebody',
      metadata: { a: 3, b: 2 },
      completedSteps: 1,
    });
    expect(steps.one).toMatchObject({
      description: 'said later',
      metadata: { x: 1, y: 2 },
      status: 'completed',
    });
  });

  test('S11: a call that fails changes nothing, and the next one works', async () => {
    await using world = await makeWorld();
    await using session = await record(world);
    const run = await session.recorder.start('job');
    const step = await run.step('one');
    void step.log('a line');
    expect(await codeOf(run.update({ metadata: { bad: Number.NaN } }))).toBe('INVALID_ARGUMENT');
    expect(await codeOf(step.complete(0.5))).toBe('INVALID_ARGUMENT');
    expect(await codeOf(() => step.log('half an emoji \ud83d'))).toBe('INVALID_ARGUMENT');
    expect(await codeOf(run.step({ name: 'bad', metadata: { x: undefined as never } }))).toBe(
      'INVALID_ARGUMENT',
    );
    expect(step.record.status).toBe('running');
    await step.complete();
    await run.complete();
    const { execution, steps, lines } = await tell(session.store, run.id);
    expect(execution).toMatchObject({ status: 'completed', totalSteps: 1, completedSteps: 1, metadata: {} });
    expect(Object.keys(steps)).toEqual(['one']);
    expect(lines.one).toEqual(['a line']);
  });

  test('S4: a step that ends beside a call that is refused lacks no line', async () => {
    await using world = await makeWorld();
    await using session = await record(world);
    const run = await session.recorder.start('job');
    const other = await session.recorder.start('other');
    const step = await run.step('one');
    void step.log('the last line');
    const ending = step.complete();
    const refused = codeOf(other.update({ metadata: { bad: Number.NaN } }));
    await ending;
    const { steps, lines } = await tell(session.store, run.id);
    expect(await refused).toBe('INVALID_ARGUMENT');
    expect(steps.one?.status).toBe('completed');
    expect(lines.one).toEqual(['the last line']);
  });

  test('S10: logging pushes back when it is faster than the store, and loses nothing', async () => {
    await using world = await makeWorld();
    await using session = await record(world, { recorder: { lineBytes: 20_000 } });
    const run = await session.recorder.start('chatty');
    let pushedBack = 0;
    const lines = Array.from({ length: 2_000 }, (_, index) => `${index} ${'x'.repeat(40)}`);
    for (const line of lines) {
      const room = run.log(line);
      if (room === undefined) continue;
      pushedBack += 1;
      await room;
    }
    await run.complete();
    expect(pushedBack).toBeGreaterThan(0);
    expect((await tell(session.store, run.id)).lines.chatty).toEqual(lines);
  });

  test('S4: whenever a step has ended, every line of it is there', async () => {
    await using world = await makeWorld();
    await using session = await record(world, { recorder: { lineDelay: 0 } });
    const run = await session.recorder.start('many');
    let recording = true;
    const reader = (async () => {
      for (let ended = 0; ; ) {
        const isLast = !recording;
        const { steps, lines } = await tell(session.store, run.id);
        for (const { name, status } of Object.values(steps)) {
          if (status !== 'completed') continue;
          expect(lines[name]).toEqual(['1', '2', '3']);
          ended += 1;
        }
        if (isLast) return ended;
        // Memory answers at once: without this, no timer of the writer would ever fire.
        await setImmediate();
      }
    })();
    for (let index = 0; index < 15; index += 1) {
      const step = await run.step(`step ${index}`);
      void step.log('1');
      if (index % 2 === 0) await session.recorder.flush();
      void step.log('2\n3');
      await step.complete();
    }
    recording = false;
    expect(await reader).toBeGreaterThanOrEqual(15);
    await run.complete();
  });

  test('S3: lines of many streams keep the order in which they were logged', async () => {
    await using world = await makeWorld();
    await using session = await record(world);
    const run = await session.recorder.start('job');
    const steps = [await run.step('a'), await run.step('b')];
    for (let index = 0; index < 30; index += 1) {
      void (steps[index % 2] ?? run).log(`${index}`);
      if (index % 7 === 0) await session.recorder.flush();
    }
    await run.complete();
    await session.store.withSnapshot(async ({ view }) => {
      const all: { readonly text: string; readonly epoch: number; readonly ordinal: number }[] = [];
      for (const { id } of steps) for await (const line of view.logs.lines(id)) all.push(line);
      all.sort((a, b) => a.epoch - b.epoch || a.ordinal - b.ordinal);
      expect(all.map(({ text }) => text)).toEqual(Array.from({ length: 30 }, (_, index) => `${index}`));
    });
  });

  test('S3: steps that log text and bytes in turn keep each line whole, with its time and its level', async () => {
    await using world = await makeWorld();
    await using session = await record(world);
    const run = await session.recorder.start('job');
    const steps = [await run.step('a'), await run.step('b'), await run.step('c')];
    const given = Array.from({ length: 60 }, (_, index) => ({
      content: index % 4 === 0 ? Uint8Array.of(index, 255) : `${index} é`,
      at: 1_000 + (index % 11),
      level: index % 5 === 0 ? ('error' as const) : ('info' as const),
    }));
    for (const [index, line] of given.entries()) void (steps[index % 3] ?? run).log(line);
    await run.complete();
    await session.store.withSnapshot(async ({ view }) => {
      for (const [place, { id }] of steps.entries()) {
        const own = given.filter((_, index) => index % 3 === place);
        const stored: (typeof given)[number][] = [];
        for await (const { bytes, at, level } of view.logs.lines(id)) {
          stored.push({ content: new Uint8Array(bytes), at, level: level === 'error' ? level : 'info' });
        }
        const asBytes = own.map((line) => ({ ...line, content: Uint8Array.from(Buffer.from(line.content)) }));
        expect(stored).toEqual(asBytes);
      }
    });
  });

  test('S7: an id that exists is not taken over', async () => {
    await using world = await makeWorld();
    await using session = await record(world);
    await session.recorder.start({ name: 'first', id: 'job-1' });
    expect(await codeOf(session.recorder.start({ name: 'second', id: 'job-1' }))).toBe('CONSTRAINT');
    expect((await tell(session.store, 'job-1')).execution?.name).toBe('first');
  });

  test('S7: a step takes over no other: its id must be free, in its execution and in all others', async () => {
    await using world = await makeWorld();
    await using session = await record(world);
    const [one, other] = await Promise.all(['one', 'other'].map((name) => session.recorder.start({ name })));
    if (one === undefined || other === undefined) throw new Error('not started');
    const step = await one.step({ name: 'compile', id: 'compile' });
    expect(await codeOf(one.step({ name: 'again', id: 'compile' }))).toBe('CONSTRAINT');
    expect(await codeOf(other.step({ name: 'theirs', id: 'compile' }))).toBe('CONSTRAINT');
    const twice = await Promise.allSettled([
      other.step({ name: 'a', id: 'a' }),
      other.step({ name: 'b', id: 'a' }),
    ]);
    expect(twice.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    await step.complete();
    await one.complete();
    await other.complete();
    expect((await tell(session.store, one.id)).execution).toMatchObject({
      status: 'completed',
      totalSteps: 1,
    });
    expect((await tell(session.store, other.id)).execution).toMatchObject({
      status: 'completed',
      totalSteps: 1,
    });
  });

  test('S11: after the store is closed every call says NOT_OPEN', async () => {
    await using world = await makeWorld();
    const { store, recorder } = await record(world);
    const run = await recorder.start('job');
    const step = await run.step('one');
    await store.close();
    expect(await codeOf(recorder.start('another'))).toBe('NOT_OPEN');
    expect(await codeOf(run.complete())).toBe('NOT_OPEN');
    expect(await codeOf(step.complete())).toBe('NOT_OPEN');
    expect(await codeOf(recorder.resume(run.id))).toBe('NOT_OPEN');
  });
});
