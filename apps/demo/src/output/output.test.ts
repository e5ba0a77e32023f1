import { describe, expect, test } from 'vitest';
import { describeBytes } from './bytes.ts';
import { describeDuration } from './duration.ts';
import { plainText, shorten } from './plain-text.ts';
import { localTime, relativeTime } from './relative-time.ts';
import { table } from './table.ts';

test.each([
  [0, '0 ms'],
  [999, '999 ms'],
  [1000, '1 s'],
  [1234, '1.2 s'],
  [9949, '9.9 s'],
  [9960, '10 s'],
  [59_949, '60 s'],
  [60_000, '1 min'],
  [125_000, '2 min 5 s'],
  [3_600_000, '1 h'],
  [12_000_000, '3 h 20 min'],
  [90_000_000, '1 d 1 h'],
])('%d ms are %s', (ms, text) => {
  expect(describeDuration(ms)).toBe(text);
});

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1 kB'],
  [1450, '1.4 kB'],
  [123_456, '123 kB'],
  [999_600, '1 MB'],
  [5e12, '5 TB'],
  [5e15, '5000 TB'],
])('%d bytes are %s', (bytes, text) => {
  expect(describeBytes(bytes)).toBe(text);
});

describe('when', () => {
  const now = new Date(2026, 2, 31, 12, 0, 0).getTime();
  test.each([
    [0, 'just now'],
    [59_000, 'just now'],
    [60_000, '1 min ago'],
    [3_600_000, '1 h ago'],
    [86_400_000, '1 day ago'],
    [29 * 86_400_000, '29 days ago'],
  ])('%d ms before: %s', (before, text) => {
    expect(relativeTime(now - before, now)).toBe(text);
  });

  test('long before, or by a clock that is ahead: the date', () => {
    expect(relativeTime(now - 365 * 86_400_000, now)).toBe('2025-03-31');
    expect(relativeTime(now + 120_000, now)).toBe('2026-03-31');
    expect(localTime(now)).toBe('2026-03-31 12:00:00');
  });
});

test('names from outside cannot draw on the terminal', () => {
  expect(plainText('a\u001b[31mb\u001b[0m\nc\td\u001b]0;title\u0007e\u009b2Jf\u202eg\u2028h')).toBe(
    'ab c def g h',
  );
});

test('what is cut is cut between characters', () => {
  expect(shorten('☃☃☃☃', 3)).toBe('☃☃…');
  expect(shorten('😀😀', 2)).toBe('😀😀');
});

test('columns stand under each other; colours do not count', () => {
  const red = (text: string): string => `<red>${text}</red>`;
  expect(
    table(
      [
        [{ text: 'id', style: red }, { text: '1', align: 'right' }, { text: 'one' }],
        [{ text: 'longer' }, { text: '22', align: 'right' }, { text: '' }],
      ],
      '> ',
    ),
  ).toBe('> <red>id</red>       1  one\n> longer  22\n');
});
