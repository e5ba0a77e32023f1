import type { Measure } from '@stepwell/core';
import { expect, test } from 'vitest';
import { Rates } from './rates.ts';

const second = 1_000;
const minute = 60 * second;

/** What a store reports that has counted so much; what is not said is 0. */
function counted(figures: Readonly<Record<string, number>>): readonly Measure[] {
  const names = ['store.writes', 'store.writes.duplicate', 'store.writes.refused', 'store.writes.failed'];
  names.push('store.ops', 'store.commits', 'store.commits.failed');
  return names.map((name) => ({
    name,
    unit: 'count',
    value: figures[name.slice('store.'.length)] ?? 0,
    meaning: 'Counted.',
    kind: 'counter',
  }));
}

/** What a series of samples comes to, by name. */
function lastOf(series: readonly (readonly [at: number, figures: Readonly<Record<string, number>>])[]) {
  const rates = new Rates();
  let last: readonly Measure[] = [];
  for (const [at, figures] of series) last = rates.measures(counted(figures), at);
  return Object.fromEntries(last.map(({ name, value }) => [name, value]));
}

test('SF-57: of a store that does nothing, nothing fails', () => {
  const quiet = { 'store.writes.failed.ratio': 0, 'store.commits.failed.ratio': 0, 'store.ops.rate': 0 };
  expect(lastOf([[0, {}]])).toEqual(quiet);
  const past = { writes: 7, 'writes.failed': 3, ops: 9, commits: 2, 'commits.failed': 2 };
  // What happened before the last minute is over.
  const series = [0, minute, minute + second].map((at) => [at, past] as const);
  expect(lastOf(series)).toEqual(quiet);
});

test('SF-57: the first time it is asked for, the error rate is the one since the store was opened', () => {
  expect(lastOf([[5, { writes: 998, 'writes.failed': 2 }]])).toMatchObject({
    'store.writes.failed.ratio': 0.002,
    'store.ops.rate': 0,
  });
});

test('SF-57: what was refused or applied before was carried out; only what the store could not do is an error', () => {
  const figures = { writes: 50, 'writes.duplicate': 20, 'writes.refused': 28, 'writes.failed': 2 };
  expect(lastOf([[0, figures]])['store.writes.failed.ratio']).toBe(0.02);
});

test('SF-57: rates are those of about the last minute, however often they are asked for', () => {
  const rates = new Rates();
  let value = new Map<string, number>();
  // Two minutes, ten times a second: in the first one every second write fails, in the second one none.
  for (let at = 0; at <= 2 * minute; at += 100) {
    const failed = Math.min(at, minute) / 200;
    const writes = at / 100 - failed;
    const measures = rates.measures(counted({ writes, ops: 5 * writes, 'writes.failed': failed }), at);
    value = new Map(measures.map((measure) => [measure.name, measure.value]));
    if (at === minute) expect(value.get('store.writes.failed.ratio')).toBe(0.5);
    if (at === 1.5 * minute) expect(value.get('store.writes.failed.ratio')).toBe(0.25);
  }
  expect(value.get('store.writes.failed.ratio')).toBe(0);
  expect(value.get('store.ops.rate')).toBe(50);
});

test('SF-57: whoever asks seldom hears of the time since they last did', () => {
  const figures = { writes: 100, ops: 600 };
  const later = { writes: 190, 'writes.failed': 10, ops: 1_200, commits: 9, 'commits.failed': 1 };
  expect(
    lastOf([
      [0, figures],
      [10 * minute, later],
    ]),
  ).toEqual({
    'store.writes.failed.ratio': 0.1,
    'store.commits.failed.ratio': 0.1,
    'store.ops.rate': 1,
  });
});

test('SF-57: a reader has no rates, and a store that could not tell for a while is not one that begins again', () => {
  const measure: Measure = { name: 'store.snapshots', unit: 'count', value: 1, meaning: 'Open.' };
  const rates = new Rates();
  expect(rates.measures([measure], 0)).toEqual([]);
  rates.measures(counted({ 'writes.failed': 5 }), 0);
  expect(rates.measures([], minute)).toEqual([]);
  expect(rates.measures(counted({ 'writes.failed': 5 }), 2 * minute)[0]).toMatchObject({ value: 0 });
});
