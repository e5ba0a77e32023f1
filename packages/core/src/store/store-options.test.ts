import { expect, test } from 'vitest';
import { codeOf } from '../fixtures/code-of.ts';
import { defaults } from './defaults.ts';
import { resolveOptions, type StoreOptions } from './store-options.ts';

test('SF-25: without options, every default holds', () => {
  expect(resolveOptions({})).toMatchObject({
    ...defaults,
    writer: 'exclusive',
    lockWait: 0,
    durability: 'process-crash',
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

test('SF-25: a wait beyond what a timer can count is the longest wait there is, not none', () => {
  expect(resolveOptions({ busyWait: Number.MAX_SAFE_INTEGER }).busyWait).toBe(0x7fffffff);
  expect(resolveOptions({ buffered: { ms: 1e12 } }).bufferedMs).toBe(0x7fffffff);
});

test('S11: without a listener, warnings go to the process', async () => {
  const seen = new Promise<Error>((resolve) => process.once('warning', resolve));
  resolveOptions({}).onWarning({ id: 'test.warning', message: 'said once' });
  expect(await seen).toMatchObject({ name: 'StepwellWarning', code: 'test.warning', message: 'said once' });
});
