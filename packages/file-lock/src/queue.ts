import { existsSync } from 'node:fs';
import type { LockMode } from '@stepwell/core';
import type { LockSlot } from './lock-slot.ts';
import { isInterrupted, type Pace, type Patience, poll } from './wait.ts';

/** A queued waiter asks for the lock itself after this many ms: whoever is next may be stopped or busy computing. */
const IMPATIENT_AFTER = 250;
/**
 * A shared request lets an exclusive one go before it for this many ms at most. What keeps that one waiting is then no
 * reader among others, but one that stays, or it was itself stopped; and who asks for more, holding one already, would
 * wait for themselves.
 */
const GIVE_WAY_MS = IMPATIENT_AFTER;
/** A free lock looks taken for the microseconds in which somebody else asks about it: ask for a few ms before saying no. */
const DOUBT_MS = 10;
/** After this many ms the holder is no writer among others, but one that stays: nobody need hurry. */
const LONG_WAIT = 1_000;
/**
 * Whoever got the lock may come back to it for this many ms before they have to queue. Handing over costs several times
 * as much as a turn, and what one process has in its caches is cold in the next.
 */
const SLICE_MS = 5;

/** Whoever is next asks often: a lock that nobody holds while somebody wants it is lost time. */
const next: Pace = (asked, waited) => {
  if (asked <= 5) return 0;
  return waited < LONG_WAIT ? 1 : 10;
};

/**
 * The rest of the queue only asks whether it may be next: seldom, since each asking is taken from the holder's processor.
 * Who has waited longer asks more often, and so goes before most of those who have just come.
 */
const queued: Pace = (_, waited) => (waited < LONG_WAIT ? Math.max(8, 20 - waited / 20) : 20);

const doubtful: Pace = (asked) => (asked <= 2 ? 0 : Math.min(asked - 2, 4));

/**
 * Takes a lock that looks free to nobody waiting: a holder that comes back again and again must not overtake the queue
 * for longer than its slice.
 */
export function takeUnlessQueued(slot: LockSlot, turnstile: LockSlot): boolean {
  if (performance.now() < slot.sliceEndsAt) return slot.take('exclusive');
  if (isAnyoneNext(turnstile)) return false;
  return takeForSlice(slot);
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
  return await poll(() => slot.take(mode), doubtful, { until: performance.now() + DOUBT_MS, signals });
}

/**
 * Waits for a shared lock. Holders that come and go leave the lock no moment without one, so whoever comes new stops where
 * an exclusive waiter is next, once: then it competes for the lock, else those who queue without end kept it out. It
 * only asks at the turnstile, since readers do not exclude each other, and must not write to the directory.
 */
export async function waitForShared(
  slot: LockSlot,
  turnstile: LockSlot,
  patience: Patience,
): Promise<boolean> {
  const givesWayUntil = performance.now() + GIVE_WAY_MS;
  let givesWay = true;
  const taken = await poll(
    () => {
      givesWay &&= performance.now() < givesWayUntil && isAnyoneNext(turnstile);
      return !givesWay && slot.take('shared');
    },
    next,
    patience,
  );
  // Giving way is a courtesy: a lock that could be had is not refused for it.
  return taken || (!isInterrupted(patience) && slot.take('shared'));
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
      if (performance.now() >= impatientAt) taken = takeForSlice(slot);
      return taken;
    },
    queued,
    patience,
  );
  if (taken) return true;
  if (!passed) return !isInterrupted(patience) && takeForSlice(slot);
  try {
    return await poll(() => takeForSlice(slot), next, patience);
  } finally {
    turnstile.release();
  }
}

/** Whether somebody waits to be the next exclusive holder. Looks for the file first: most locks never had to be waited for. */
function isAnyoneNext(turnstile: LockSlot): boolean {
  return existsSync(turnstile.path) && turnstile.isTaken();
}

function takeForSlice(slot: LockSlot): boolean {
  if (!slot.take('exclusive')) return false;
  slot.sliceEndsAt = performance.now() + SLICE_MS;
  return true;
}
