import { expect, test } from 'vitest';
import { codeOf } from '../fixtures/code-of.ts';
import { recorderOptionShape } from '../recorder/recorder-option-shape.ts';
import { defaults } from './defaults.ts';
import { readerOptionShape, resolveOptions, type StoreOptions } from './store-options.ts';

test('SF-25: without options, every default holds', () => {
  // What a recorder waits for, and what snapshots are warned about, is no option of a store.
  const settings = Object.fromEntries(
    Object.entries(defaults).filter(([name]) => name in resolveOptions({})),
  );
  expect(Object.keys(settings)).toHaveLength(12);
  expect(resolveOptions({})).toMatchObject({
    ...settings,
    now: Date.now,
  });
  expect(resolveOptions({}).purpose).not.toBe('');
});

test('SF-25: each option is taken over', () => {
  const settings = resolveOptions({
    snapshotDeadline: 0,
    writer: 'shared',
    lockWait: 1,
    busyWait: 2,
    durability: 'none',
    group: { ops: 3, ms: 4 },
    buffered: { ops: 5, ms: 6 },
    queue: { ops: 7, bytes: 8 },
    purpose: 'test',
  });
  expect(settings).toMatchObject({
    snapshotDeadline: 0,
    writer: 'shared',
    lockWait: 1,
    busyWait: 2,
    durability: 'none',
    groupOps: 3,
    groupMs: 4,
    bufferedOps: 5,
    bufferedMs: 6,
    queueOps: 7,
    queueBytes: 8,
    purpose: 'test',
  });
});

test.each<[string, unknown]>([
  ['a misspelt option', { durabilty: 'none' }],
  ['no such writer', { writer: 'both' }],
  ['no such durability', { durability: 'always' }],
  ['a negative wait', { busyWait: -1 }],
  ['a wait that is no number', { lockWait: '5' }],
  ['NaN', { snapshotDeadline: Number.NaN }],
  ['Infinity', { busyWait: Number.POSITIVE_INFINITY }],
  ['a group of nothing', { group: { ops: 0 } }],
  ['a queue of nothing', { queue: { ops: 0 } }],
  ['no bytes', { queue: { bytes: 0 } }],
  ['a buffer of nothing', { buffered: { ops: 0 } }],
])('SF-25: %s is INVALID_ARGUMENT', async (_, options) => {
  expect(await codeOf(() => resolveOptions(options as StoreOptions))).toBe('INVALID_ARGUMENT');
});

test('SF-25: a reader has the options of a reader', async () => {
  const writing: StoreOptions = { writer: 'shared' };
  expect(await codeOf(() => resolveOptions(writing, readerOptionShape))).toBe('INVALID_ARGUMENT');
  expect(resolveOptions({ snapshotDeadline: 5 }, readerOptionShape).snapshotDeadline).toBe(5);
});

test.each([readerOptionShape.now, recorderOptionShape.now])(
  'S11: a clock that gives fractions is taken at the whole millisecond; what is no time is refused by name',
  (check) => {
    const clock = (time: unknown): (() => number) => check(() => time, 'options.now');
    expect([clock(1234.75)(), clock(0)(), clock(8.64e15)()]).toEqual([1234, 0, 8.64e15]);
    expect(clock(-0)()).toBe(0);
    for (const time of [
      Number.NaN,
      -1,
      8.64e15 + 2,
      Number.POSITIVE_INFINITY,
      '5',
      undefined,
      5n,
      new Date(),
    ])
      expect(clock(time)).toThrowError(
        expect.objectContaining({
          code: 'INVALID_ARGUMENT',
          message: expect.stringMatching(/^options\.now must give a time/),
        }),
      );
  },
);

test('S11: without a listener, warnings go to the process', async () => {
  const seen = new Promise<Error>((resolve) => process.once('warning', resolve));
  resolveOptions({}).onWarning({ id: 'test:warning', message: 'said once' });
  expect(await seen).toMatchObject({ name: 'StepwellWarning', code: 'test:warning', message: 'said once' });
});
