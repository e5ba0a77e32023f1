import { expect, test } from 'vitest';
import { parseDuration } from './parse-duration.ts';

test.each([
  ['90', 90_000],
  ['90s', 90_000],
  ['1.5m', 90_000],
  ['250ms', 250],
  ['2h', 7_200_000],
  ['1d', 86_400_000],
  ['0', undefined],
  ['0.1ms', undefined],
  ['30d', undefined],
  ['-1', undefined],
  ['1 h', undefined],
  ['1e3', undefined],
  ['soon', undefined],
  ['', undefined],
])('the duration %j is %j ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});
