import { expect, test } from 'vitest';
import { codeOf } from '../fixtures/code-of.ts';
import { checkLineRange } from './check-line-range.ts';
import type { LineRange } from './log-view.ts';

function thrown(): never {
  throw new RangeError('no');
}

test('SF-44: every bound is accepted, alone, together, or not given', () => {
  const range = { from: 1, to: 0, last: 1, since: -5, until: 0, reverse: false };
  checkLineRange({});
  expect(checkLineRange(range)).toEqual(range);
  for (const field of Object.keys(range)) checkLineRange({ [field]: undefined });
});

test.each<unknown>([
  null,
  undefined,
  'all',
  7,
  { form: 1 },
  { from: 0 },
  { from: -1 },
  { from: 1.5 },
  { from: '1' },
  { to: -1 },
  { last: 0 },
  { last: Number.POSITIVE_INFINITY },
  { since: 'yesterday' },
  { until: Number.NaN },
  { reverse: 1 },
  [],
  new Map([['from', 2]]),
])('SF-44: %j is no range', async (range) => {
  expect(await codeOf(() => checkLineRange(range as LineRange))).toBe('INVALID_ARGUMENT');
});

test.each<[string, LineRange]>([
  ['a proxy', new Proxy({}, { ownKeys: () => thrown() })],
  ['a getter', Object.defineProperty({}, 'from', { get: () => thrown(), enumerable: true })],
])('S11: %s that throws is no range', async (_, range) => {
  expect(await codeOf(() => checkLineRange(range))).toBe('INVALID_ARGUMENT');
});
