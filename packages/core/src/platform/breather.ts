import { setImmediate } from 'node:timers/promises';

/** Milliseconds that timers and sockets may wait for work of ours: what comes before and after it still fits into the 10 that B12 allows. */
const longestStretch = 4;

/**
 * Lets the event loop go round now and then, in work that never waits by itself: synchronous statements, reads from the
 * page cache.
 *
 * @example
 * ```ts
 * import { Breather } from '@stepwell/core';
 *
 * const breather = new Breather();
 * for (let n = 0; n < 10_000; n += 1) {
 *   if (breather.isDue) await breather.pause();
 * }
 * ```
 */
export class Breather {
  #since: number = performance.now();

  /** Whether the work has gone on for 4 ms without a pause. */
  get isDue(): boolean {
    return performance.now() - this.#since >= longestStretch;
  }

  async pause(): Promise<void> {
    await setImmediate();
    this.#since = performance.now();
  }
}
