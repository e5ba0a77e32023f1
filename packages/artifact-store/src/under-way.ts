import { setTimeout as delay } from 'node:timers/promises';
import { StoreError } from '@stepwell/core';

/**
 * Work that is under way, so that `close` can wait for it; and what would never come to its end, like the content of a
 * stream that nobody ends, can be ended (S10).
 */
export class UnderWay {
  readonly #running = new Map<Promise<unknown>, AbortController>();

  /** Does `work` with a signal that fires when that of the caller does, or when the wait of {@link end} is over. */
  async run<Result>(
    signal: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const own = new AbortController();
    const running = work(signal === undefined ? own.signal : AbortSignal.any([signal, own.signal]));
    this.#running.set(running, own);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  /** Waits for `wait` milliseconds, aborts what is not done by then, and resolves when that has tidied up. */
  async end(wait: number): Promise<void> {
    const done = Promise.allSettled(this.#running.keys());
    const ending = new AbortController();
    try {
      const late = delay(wait, true, { signal: ending.signal }).catch(() => false);
      if (this.#running.size > 0 && (await Promise.race([done.then(() => false), late]))) this.#abort(wait);
      await done;
    } finally {
      ending.abort();
    }
  }

  #abort(wait: number): void {
    const reason = new StoreError('NOT_OPEN', `the artifact store was closed ${wait} ms ago`);
    for (const own of this.#running.values()) own.abort(reason);
  }
}
