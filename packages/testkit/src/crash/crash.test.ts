import { coreCrashPoints, declareCrashPoints, openStore, putExecution } from '@stepwell/core';
import { expect, test } from 'vitest';
import { memoryRecords } from '../memory/memory-records.ts';
import { armFromEnvironment, crashEnvironment } from './arm-from-environment.ts';
import { crashAt } from './crash-at.ts';
import { CrashError } from './crash-error.ts';
import { recordCrashPoints } from './record-crash-points.ts';

const points = ['demo:first', 'demo:second'] as const;
const reach: (point: (typeof points)[number]) => void = declareCrashPoints(points);
const invalid: unknown = expect.objectContaining({ code: 'INVALID_ARGUMENT' });

test('SD-38: an armed point throws at its hit, once, and never after it is disarmed', () => {
  {
    using armed = crashAt('demo:first', { mode: 'throw', hit: 2 });
    reach('demo:first');
    reach('demo:second');
    expect(armed.fired).toBe(false);
    expect(() => reach('demo:first')).toThrowError(CrashError);
    expect(armed).toMatchObject({ point: 'demo:first', hits: 2, fired: true });
    reach('demo:first');
  }
  {
    using _armed = crashAt('demo:first', { mode: 'throw' });
  }
  reach('demo:first');
});

test('SD-38: an unknown point and a senseless hit are refused', () => {
  expect(() => crashAt('demo:frist', { mode: 'throw', declared: points })).toThrowError(invalid);
  expect(() => crashAt('', { mode: 'throw' })).toThrowError(invalid);
  expect(() => crashAt('demo:first', { mode: 'throw', hit: 0 })).toThrowError(invalid);
});

test('SD-38: the environment arms a point, with a count after the last colon', () => {
  expect(armFromEnvironment(points, {})).toBeUndefined();
  {
    using armed = armFromEnvironment(points, crashEnvironment('demo:second', 'throw', 2));
    reach('demo:second');
    expect(() => reach('demo:second')).toThrowError(CrashError);
    expect(armed?.fired).toBe(true);
  }
  using armed = armFromEnvironment(points, { STEPWELL_CRASH_AT: 'demo:first', STEPWELL_CRASH_MODE: 'throw' });
  expect(() => reach('demo:first')).toThrowError(CrashError);
  expect(armed?.hits).toBe(1);
  expect(() => armFromEnvironment(points, crashEnvironment('demo:third', 'throw'))).toThrowError(invalid);
  expect(() =>
    armFromEnvironment(points, { STEPWELL_CRASH_AT: 'demo:first', STEPWELL_CRASH_MODE: 'faint' }),
  ).toThrowError(invalid);
});

test('SD-41: the record tells which points were reached, missed and not declared', () => {
  using record = recordCrashPoints(['demo:first', 'demo:never']);
  using _armed = crashAt('demo:first', { mode: 'throw', hit: 3 });
  reach('demo:first');
  reach('demo:first');
  expect(() => reach('demo:first')).toThrowError(CrashError);
  reach('demo:second');
  expect(record.hits.get('demo:first')).toBe(3);
  expect(record.missed()).toEqual(['demo:never']);
  expect(record.undeclared()).toEqual(['demo:second']);
});

test('S11: a crash in the middle of a commit reaches the writer as its cause, and the store goes on', async () => {
  for (const point of coreCrashPoints) {
    await using store = await openStore(memoryRecords());
    const write = async (id: string): Promise<unknown> =>
      await store.write([putExecution({ id, name: point, createdAt: 0 })]);
    let acknowledged = false;
    {
      using armed = crashAt(point, { mode: 'throw', declared: coreCrashPoints });
      try {
        await write('first');
        acknowledged = true;
      } catch (error) {
        expect(error).toMatchObject({ code: 'IO', cause: { point } });
      }
      expect(armed.fired).toBe(true);
    }
    await write('second');
    const present = await store.withSnapshot(async ({ view }) => await view.get('execution', 'first'));
    if (acknowledged) expect(present).toBeDefined();
    if (point !== 'core:committed') expect(acknowledged || present === undefined).toBe(true);
  }
});
