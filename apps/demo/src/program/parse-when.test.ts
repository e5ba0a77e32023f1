import { expect, test } from 'vitest';
import { parseWhen } from './parse-when.ts';

const now = Date.UTC(2026, 2, 1, 14, 5, 9);

test.each<[string, number | undefined]>([
  ['10m', now - 600_000],
  ['90', now - 90_000],
  ['30d', now - 30 * 86_400_000],
  ['99999999d', 0],
  ['2026-03-01', new Date(2026, 2, 1).getTime()],
  ['2026-03-01 14:05', new Date(2026, 2, 1, 14, 5).getTime()],
  ['2026-03-01T14:05:09', new Date(2026, 2, 1, 14, 5, 9).getTime()],
  ['2026-03-01 14:05:09.250', new Date(2026, 2, 1, 14, 5, 9, 250).getTime()],
  ['2026-03-01T14:05:09Z', now],
  ['2026-03-01T15:05:09+01:00', now],
  ['2026-13-01', undefined],
  ['1950-01-01T00:00Z', undefined],
  ['March 1', undefined],
  ['2026', now - 2_026_000],
  ['', undefined],
  ['-5m', undefined],
])('%j', (text, at) => {
  expect(parseWhen(text, now)).toBe(at);
});
