import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { StoreError } from '../errors/store-error.ts';
import type { Entry } from './entry.ts';
import { WriteQueue } from './write-queue.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

interface Watched extends Entry<string> {
  readonly log: string[];
}

let number = 0;
function entry(opCount: number, bytes = 0, buffered = false): Watched {
  const log: string[] = [];
  number += 1;
  return {
    log,
    number,
    batch: { ops: Array.from({ length: opCount }, () => 'op') },
    bytes,
    durability: 'process-crash',
    buffered,
    queued: () => log.push('queued'),
    resolve: () => log.push('resolved'),
    reject: (error: StoreError) => log.push(error.code),
  };
}

const queueOf = (queueOps: number, queueBytes = 1_000): WriteQueue<string> =>
  new WriteQueue({ queueOps, queueBytes, busyWait: 5_000 }, (entry, error) => entry.reject(error));

test('S10: what does not fit in ops or in bytes waits for room', () => {
  const byOps = queueOf(3);
  const waits = entry(2);
  for (const one of [entry(2), waits]) byOps.enter(one);
  expect(byOps.isFull).toBe(true);
  byOps.takeGroup(10, 1_000);
  expect(waits.log).toEqual(['queued']);

  const byBytes = queueOf(100, 10);
  const heavy = entry(1, 6);
  for (const one of [entry(1, 6), heavy]) byBytes.enter(one);
  expect(heavy.log).toEqual([]);
});

test('S10: a batch that is larger than the queue is let in alone', () => {
  const queue = queueOf(3, 10);
  const huge = entry(50, 5_000);
  queue.enter(huge);
  expect(huge.log).toEqual(['queued']);
  const next = entry(1);
  queue.enter(next);
  expect(next.log).toEqual([]);
  expect(queue.takeGroup(10, 1_000)).toEqual([huge]);
  expect(next.log).toEqual(['queued']);
  const again = entry(50);
  queue.enter(again);
  expect(queue.takeGroup(10, 1_000)).toEqual([next]);
  expect(queue.takeGroup(10, 1_000)).toEqual([again]);
});

test('S10: first in, first out: a small write does not pass a large one that waits', () => {
  const queue = queueOf(4);
  const large = entry(3);
  const small = entry(1);
  for (const one of [entry(2), large, small]) queue.enter(one);
  expect([large.log, small.log]).toEqual([[], []]);
  queue.takeGroup(10, 1_000);
  expect([large.log, small.log]).toEqual([['queued'], ['queued']]);
  expect(queue.takeGroup(10, 1_000)).toEqual([large, small]);
});

test('S10: those let in fill the queue at once, so that nobody gets in twice on one place', () => {
  const queue = queueOf(2);
  const waiting = [entry(1), entry(1), entry(1)];
  for (const one of [entry(2), ...waiting]) queue.enter(one);
  queue.takeGroup(10, 1_000);
  expect(waiting.map(({ log }) => log.length)).toEqual([1, 1, 0]);
  expect(queue.ops).toBe(2);
  const newcomer = entry(1);
  queue.enter(newcomer);
  expect(newcomer.log).toEqual([]);
});

test('S10: who waits for room too long is BUSY, and lets those behind pass', async () => {
  const queue = queueOf(4);
  const large = entry(4);
  const small = entry(1);
  queue.enter(entry(2));
  queue.enter(large);
  await vi.advanceTimersByTimeAsync(1_000);
  queue.enter(small);
  await vi.advanceTimersByTimeAsync(4_000);
  expect(large.log).toEqual(['BUSY']);
  expect(small.log).toEqual(['queued']);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(small.log).toEqual(['queued']);
  expect(queue.withdraw(large)).toBe(false);
});

test('S2: what is withdrawn makes room, wherever it stood', () => {
  const queue = queueOf(2);
  const [first, second, third] = [entry(2), entry(2), entry(2)];
  for (const one of [first, second, third]) queue.enter(one);
  expect(queue.withdraw(second)).toBe(true);
  expect(queue.withdraw(first)).toBe(true);
  expect(third.log).toEqual(['queued']);
  expect(queue.takeGroup(10, 1_000)).toEqual([third]);
  expect(queue.withdraw(third)).toBe(false);
  expect(queue.isEmpty).toBe(true);
  expect(queue.ops).toBe(0);
});

test('S2: a group holds at least one entry, and no more ops than asked with a second one', () => {
  const queue = queueOf(1_000);
  const entries = [entry(7), entry(3), entry(2), entry(0), entry(9)];
  for (const one of entries) queue.enter(one);
  expect(queue.takeGroup(5, 1_000)).toEqual(entries.slice(0, 1));
  // An entry without ops, a transaction id alone, counts as one.
  expect(queue.takeGroup(5, 1_000)).toEqual(entries.slice(1, 3));
  expect(queue.takeGroup(10, 1_000)).toEqual(entries.slice(3));
});

test('S2: what is put back stands in front, in its order', () => {
  const queue = queueOf(1_000);
  const entries = [entry(1), entry(1), entry(1, 0, true)];
  for (const one of entries) queue.enter(one);
  queue.putBack(queue.takeGroup(2, 1_000));
  expect(queue.takeGroup(10, 1_000)).toEqual(entries);
});

test('S2: what somebody waits for can be taken out, with those who wait for room', () => {
  const queue = queueOf(2);
  const entries = [entry(1, 0, true), entry(1), entry(1, 0, true), entry(2), entry(1)];
  for (const one of entries) queue.enter(one);
  expect(queue.takeAwaited()).toEqual([entries[1]]);
  expect(queue.ops).toBe(2);
  queue.takeGroup(10, 1_000);
  expect(queue.takeAwaited()).toEqual([entries[3], entries[4]]);
  expect(queue.isEmpty).toBe(true);
  expect(queue.isFull).toBe(false);
});

test('S10: a group ends where it would hold too many bytes; a larger write is one by itself', () => {
  const queue = queueOf(100, 10_000);
  const [a, b, large, c] = [entry(1, 400), entry(1, 600), entry(1, 5_000), entry(1, 1)];
  for (const one of [a, b, large, c]) queue.enter(one);
  expect(queue.takeGroup(10, 1_000)).toEqual([a, b]);
  expect(queue.takeGroup(10, 1_000)).toEqual([large]);
  expect(queue.takeGroup(10, 1_000)).toEqual([c]);
});
