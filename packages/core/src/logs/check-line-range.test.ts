import { expect, test } from 'vitest';
import { codeOf } from '../fixtures/code-of.ts';
import { checkLineRange } from './check-line-range.ts';
import type { LineRange } from './log-view.ts';

test('SF-44: every bound is accepted, alone, together, or not given', () => {
  const range = { from: 1, to: 0, last: 1, since: -5, until: 0, reverse: false };
  checkLineRange({});
  checkLineRange(range);
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
])('SF-44: %j is no range', async (range) => {
  expect(await codeOf(() => checkLineRange(range as LineRange))).toBe('INVALID_ARGUMENT');
});
