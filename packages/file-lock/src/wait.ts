/** How long to go on, and what ends it early. */
export interface Patience {
  /** On the clock of `performance.now()`. */
  readonly until: number;
  readonly signals: readonly AbortSignal[];
}

/** How fast to ask again: `eager` times in the next turns of the event loop, then after `from` ms, doubling up to `to`. */
export interface Pace {
  readonly eager: number;
  readonly from: number;
  readonly to: number;
}

/** Whether something other than the clock ended the wait. */
export function isInterrupted({ signals }: Patience): boolean {
  return signals.some((signal) => signal.aborted);
}

/**
 * Asks until `attempt` says yes. False when the time is up, after one last attempt, or once a signal has fired. The event
 * loop is free between two attempts, and random pauses keep waiters from asking in step.
 */
export async function poll(attempt: () => boolean, pace: Pace, patience: Patience): Promise<boolean> {
  for (const delay of delays(pace)) {
    if (isInterrupted(patience)) return false;
    if (attempt()) return true;
    const left = patience.until - performance.now();
    if (left <= 0) return false;
    await pause(Math.min(delay, left));
  }
  return false;
}

function* delays({ eager, from, to }: Pace): Generator<number> {
  for (let turn = 0; turn < eager; turn += 1) yield 0;
  for (let longest = from; ; longest = Math.min(longest * 2, to)) yield longest * (0.5 + Math.random() / 2);
}

/** No listener on a signal: no pause is so long that looking at it afterwards would not do. */
async function pause(ms: number): Promise<void> {
  await new Promise<void>((resolve) => {
    if (ms === 0) setImmediate(resolve);
    else setTimeout(resolve, ms);
  });
}
