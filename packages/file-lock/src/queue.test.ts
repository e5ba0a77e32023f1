import { setImmediate } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { tempDirectory } from './fixtures/temp-directory.ts';
import { lockFiles } from './lock-files.ts';
import { LockSlot } from './lock-slot.ts';
import { takeUnlessQueued, waitForShared, waitInQueue } from './queue.ts';

/** A provider's places at a lock and at its turnstile. */
function placesIn(directory: string): { readonly slot: LockSlot; readonly turnstile: LockSlot } {
  const { lock, turnstile } = lockFiles(directory, 'writer');
  const places = { slot: new LockSlot(lock), turnstile: new LockSlot(turnstile) };
  onTestFinished(() => {
    places.slot.close();
    places.turnstile.close();
  });
  return places;
}

test('S5: a holder may come back past those who wait, until its slice ends', () => {
  const directory = tempDirectory();
  const [mine, theirs] = [placesIn(directory), placesIn(directory)];
  expect(takeUnlessQueued(mine.slot, mine.turnstile)).toBe(true);
  const { sliceEndsAt } = mine.slot;
  expect(sliceEndsAt).toBeGreaterThan(0);
  expect(theirs.turnstile.take('exclusive')).toBe(true);

  mine.slot.release();
  mine.slot.sliceEndsAt = performance.now() + 60_000;
  const longSlice = mine.slot.sliceEndsAt;
  expect(takeUnlessQueued(mine.slot, mine.turnstile)).toBe(true);
  // Coming back does not make it longer, else it would never end.
  expect(mine.slot.sliceEndsAt).toBe(longSlice);

  mine.slot.release();
  mine.slot.sliceEndsAt = performance.now();
  expect(takeUnlessQueued(mine.slot, mine.turnstile)).toBe(false);
  theirs.turnstile.release();
  expect(takeUnlessQueued(mine.slot, mine.turnstile)).toBe(true);
  expect(mine.slot.sliceEndsAt).toBeGreaterThan(performance.now() - 1_000);
  mine.slot.release();
});

test('S5: who comes through the queue has a slice of their own and leaves the turnstile to the next', async () => {
  const directory = tempDirectory();
  const [mine, theirs] = [placesIn(directory), placesIn(directory)];
  const patience = { until: performance.now() + 25_000, signals: [] };
  expect(await waitInQueue(mine.slot, mine.turnstile, patience)).toBe(true);
  expect(mine.slot.sliceEndsAt).toBeGreaterThan(0);
  expect(theirs.turnstile.take('exclusive')).toBe(true);
  theirs.turnstile.release();
  mine.slot.release();
});

test('S5: a reader stops where an exclusive waiter is next, and goes on as soon as that one has had the lock', async () => {
  const directory = tempDirectory();
  const [mine, theirs] = [placesIn(directory), placesIn(directory)];
  const patience = { until: performance.now() + 25_000, signals: [] };
  const order: string[] = [];
  expect(theirs.turnstile.take('exclusive')).toBe(true);
  const reading = waitForShared(mine.slot, mine.turnstile, patience).then(() => order.push('shared'));
  await setImmediate();
  expect([mine.slot.mode, order]).toEqual([undefined, []]);
  expect(theirs.slot.take('exclusive')).toBe(true);
  theirs.turnstile.release();
  order.push('exclusive');
  theirs.slot.release();
  await reading;
  expect(order).toEqual(['exclusive', 'shared']);
  mine.slot.release();
});

test('S5: a reader whose wait ends while it gives way takes a lock that it can have', async () => {
  const directory = tempDirectory();
  const [mine, theirs] = [placesIn(directory), placesIn(directory)];
  expect(theirs.turnstile.take('exclusive')).toBe(true);
  const patience = { until: performance.now() + 5, signals: [] };
  expect(await waitForShared(mine.slot, mine.turnstile, patience)).toBe(true);
  mine.slot.release();
  theirs.turnstile.release();
});
