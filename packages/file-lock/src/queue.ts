import { existsSync } from 'node:fs';
import type { LockMode } from '@stepwell/core';
import type { LockSlot } from './lock-slot.ts';
import { isInterrupted, type Pace, type Patience, poll } from './wait.ts';

/** Whoever is next asks often: a lock that nobody holds while somebody wants it is lost time. */
const NEXT: Pace = { eager: 50, from: 1, to: 3 };
/** The rest of the queue only asks whether it may be next. */
const QUEUED: Pace = { eager: 0, from: 1, to: 20 };
/** A queued waiter asks for the lock itself after this many ms: whoever is next may be stopped or busy computing. */
const IMPATIENT_AFTER = 250;
/** A free lock looks taken for the microseconds in which somebody else asks about it: ask for a few ms before saying no. */
const DOUBT_MS = 10;
const DOUBT: Pace = { eager: 2, from: 1, to: 4 };

/** Takes a lock that looks free to nobody waiting: a holder that comes back at once must not overtake the queue. */
export function takeUnlessQueued(slot: LockSlot, turnstile: LockSlot): boolean {
  if (existsSync(turnstile.path) && turnstile.isTaken()) return false;
  return slot.take('exclusive');
}

/** Takes the lock if it is free, or becomes so within the few milliseconds that a passing question may take. */
export async function takeAtOnce(
  slot: LockSlot,
  mode: LockMode,
  signals: readonly AbortSignal[],
): Promise<boolean> {
  if (slot.take(mode)) return true;
  // Held by this very provider: no doubt about it.
  if (slot.mode !== undefined) return false;
  return await poll(() => slot.take(mode), DOUBT, { until: performance.now() + DOUBT_MS, signals });
}

/** Waits for a shared lock. Readers need no queue: they do not exclude each other, and must not write to the directory. */
export async function waitForShared(slot: LockSlot, patience: Patience): Promise<boolean> {
  return await poll(() => slot.take('shared'), NEXT, patience);
}

/**
 * Waits for an exclusive lock: for the turnstile first, then, as the one who is next, for the lock. Without it a holder
 * that releases and takes again all the time wins nearly every race, since it never pauses between the two.
 */
export async function waitInQueue(slot: LockSlot, turnstile: LockSlot, patience: Patience): Promise<boolean> {
  const impatientAt = performance.now() + IMPATIENT_AFTER;
  let taken = false;
  const passed = await poll(
    () => {
      if (turnstile.take('exclusive')) return true;
      if (performance.now() >= impatientAt) taken = slot.take('exclusive');
      return taken;
    },
    QUEUED,
    patience,
  );
  if (taken) return true;
  if (!passed) return !isInterrupted(patience) && slot.take('exclusive');
  try {
    return await poll(() => slot.take('exclusive'), NEXT, patience);
  } finally {
    turnstile.release();
  }
}
