import type { Measure } from '@stepwell/core';
import { expect, test } from 'vitest';
import { breachOf, thresholds } from './thresholds.ts';

const mebibyte = 1024 * 1024;

/** How grave a value of a measure is, and what the doctor calls it. */
function judge(name: string, unit: Measure['unit'], value: number): readonly unknown[] {
  const breach = breachOf({ name, unit, value, meaning: 'Measured.' }, thresholds);
  return breach === undefined ? ['pass'] : [breach.level, breach.finding];
}

/** Every rule that SF-57 names, and those of our own: the last value that passes, the first that warns, the first that fails. */
test.each([
  ['store.commits.p50', 'milliseconds', [9.9, 'commit.slow', 10, undefined]],
  ['store.commits.p99', 'milliseconds', [99.9, 'commit.stalled', 100, 1_000]],
  ['store.writes.failed.ratio', 'ratio', [0.00099, 'writes.failing', 0.001, 0.5]],
  ['store.commits.failed.ratio', 'ratio', [0.00099, 'writes.failing', 0.001, 0.5]],
  ['records.wal.bytes', 'bytes', [50 * mebibyte - 1, 'wal.large', 50 * mebibyte, 512 * mebibyte]],
  ['store.snapshots.oldest', 'milliseconds', [599_999, 'snapshot.old', 600_000, 3_600_000]],
  ['process.memory.bytes', 'bytes', [500 * mebibyte - 1, 'memory.high', 500 * mebibyte, undefined]],
  ['process.eventloop.p99', 'milliseconds', [99, 'eventloop.blocked', 100, 1_000]],
] as const)(
  'SF-57: %s (%s) passes, warns and fails where the table says',
  (name, unit, [ok, finding, warn, fail]) => {
    expect(judge(name, unit, ok)).toEqual(['pass']);
    expect(judge(name, unit, warn)).toEqual(['warn', finding]);
    const worst = fail ?? Number.MAX_VALUE;
    expect(judge(name, unit, worst)).toEqual([fail === undefined ? 'warn' : 'fail', finding]);
    if (fail !== undefined) expect(judge(name, unit, fail * 0.999)).toEqual(['warn', finding]);
  },
);

test.each([
  'store.commits.max',
  'store.commits',
  'store.writes.failed',
  'store.turns.p99',
  'store.group.max',
])('SF-57: %s is a figure without a limit', (name) => {
  expect(judge(name, 'count', Number.MAX_VALUE)).toEqual(['pass']);
});
