import { expect, test } from 'vitest';
import { Recent } from './recent.ts';

test('SF-53: without figures there is nothing to tell', () => {
  expect(new Recent().spread(0)).toEqual({ mean: 0, p50: 0, p99: 0, max: 0 });
});

test('SF-53: mean, median, 99th percentile and highest are those of what was added', () => {
  const recent = new Recent();
  // In no order: 1 to 200, and one of 1,000 that only the highest shows.
  for (let i = 0; i < 200; i += 1) recent.add(((i * 37) % 200) + 1, 0);
  expect(recent.spread(0)).toEqual({ mean: 100.5, p50: 100, p99: 198, max: 200 });
  recent.add(1_000, 0);
  expect(recent.spread(0)).toMatchObject({ p50: 101, p99: 199, max: 1_000 });
});

test('SF-53: a stall is forgotten after a minute', () => {
  const recent = new Recent();
  recent.add(500, 1_000);
  recent.add(2, 30_000);
  expect(recent.spread(61_000).max).toBe(500);
  expect(recent.spread(61_001)).toEqual({ mean: 2, p50: 2, p99: 2, max: 2 });
  expect(recent.spread(90_001).max).toBe(0);
});

test('S10: no more than 512 figures are kept, the latest ones', () => {
  const recent = new Recent();
  for (let i = 0; i < 1_024; i += 1) recent.add(i < 512 ? 9_999 : 1, i);
  expect(recent.spread(1_024)).toEqual({ mean: 1, p50: 1, p99: 1, max: 1 });
});
