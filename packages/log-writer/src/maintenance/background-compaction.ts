import { isStoreError, type StoreWarning, toStoreError } from '@stepwell/core';

/** Milliseconds before it begins: a process that only comes to write a line has gone by then. */
const pause = 250;
/** Milliseconds after a failure, doubled with each that follows, up to the second. */
const firstBackOff = 1_000;
const longestBackOff = 5 * 60_000;
/** Milliseconds until it looks again when another process is at it, or readers keep files from being deleted. */
const lookAgain = 5_000;

export interface BackgroundParts {
  /** Whether there is something to do. Asked after each commit, so it must be quick. */
  readonly hasWork: () => boolean;
  /** Does it, as far as others allow. False when they allowed nothing. */
  readonly work: () => Promise<boolean>;
  readonly warn: (warning: StoreWarning) => void;
}

/** Seals, merges and collects when there is something to seal or to collect. Its timers keep no process alive. */
export class BackgroundCompaction {
  readonly #parts: BackgroundParts;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #failures = 0;
  #isClosed = false;

  constructor(parts: BackgroundParts) {
    this.#parts = parts;
  }

  /** There may be something to do. */
  wake(): void {
    if (this.#timer === undefined && this.#running === undefined && this.#parts.hasWork()) this.#wait(pause);
  }

  /** Resolves when nothing is under way. The work itself is ended by its owner, before. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #wait(milliseconds: number): void {
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#running = this.#run().finally(() => {
        this.#running = undefined;
      });
    }, milliseconds).unref();
  }

  async #run(): Promise<void> {
    try {
      const isDone = await this.#parts.work();
      this.#failures = 0;
      // What is left came meanwhile; or it is kept by others: by another process that compacts, by readers, or by somebody
      // who called.
      if (this.#parts.hasWork()) this.#wait(isDone ? pause : lookAgain);
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(cause: unknown): void {
    // It was closed under its feet, or will be: there is nothing to tell.
    if (this.#isClosed || isStoreError(cause, 'ABORTED') || isStoreError(cause, 'NOT_OPEN')) return;
    const backOff = Math.min(firstBackOff * 2 ** this.#failures, longestBackOff);
    this.#failures += 1;
    this.#wait(backOff);
    const { code, message, details } = toStoreError(cause, 'IO', 'the compaction failed');
    this.#parts.warn({
      id: 'log.compaction.failed',
      message: `logs were not compacted, and will be tried again in ${backOff / 1000} s: ${message}`,
      details: { ...details, code, failures: this.#failures },
    });
  }
}
