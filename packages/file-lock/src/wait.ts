/** How long to go on, and what ends it early. */
export interface Patience {
  /** On the clock of `performance.now()`. */
  readonly until: number;
  readonly signals: readonly AbortSignal[];
}

/**
 * How long to pause before asking again, in ms, given how often and for how many ms it was asked already. 0 is the next
 * turn of the event loop.
 */
export type Pace = (asked: number, waited: number) => number;

/** Whether something other than the clock ended the wait. */
export function isInterrupted({ signals }: Patience): boolean {
  return signals.some((signal) => signal.aborted);
}

/**
 * Asks until `attempt` says yes. False when the time is up, after one last attempt, or once a signal has fired. The event
 * loop is free between two attempts, and random pauses keep waiters from asking in step.
 */
export async function poll(attempt: () => boolean, pace: Pace, patience: Patience): Promise<boolean> {
  const startedAt = performance.now();
  for (let asked = 1; ; asked += 1) {
    if (isInterrupted(patience)) return false;
    if (attempt()) return true;
    const now = performance.now();
    if (now >= patience.until) return false;
    const longest = pace(asked, now - startedAt);
    await pause(Math.min(longest * (0.5 + Math.random() / 2), patience.until - now));
  }
}

/** No listener on a signal: no pause is so long that looking at it afterwards would not do. */
async function pause(ms: number): Promise<void> {
  await new Promise<void>((resolve) => {
    if (ms === 0) setImmediate(resolve);
    else setTimeout(resolve, ms);
  });
}
