import type { Driver, Watching } from '../contract/driver.ts';
import { toStoreError } from '../errors/store-error.ts';
import { describe, invalid } from '../validation/check-value.ts';
import type { CommitListener, Subscription } from './store.ts';

/** Milliseconds between two looks for commits of other processes, where the driver cannot tell of them. */
const pollEvery = 50;

/**
 * {@link Reader.onCommit}: who is to be woken, and by what. Nothing is watched while nobody listens.
 *
 *     own commit ────────────┐
 *     driver.watch, or poll ─┴──► at most one wake a turn of the event loop ──► listeners
 */
export class CommitWakes {
  readonly #driver: Pick<Driver<unknown, unknown>, 'name' | 'capabilities' | 'watch'>;
  readonly #listeners: Set<Listening> = new Set();
  #watching: Watching | undefined;
  #isDue = false;

  constructor(driver: Pick<Driver<unknown, unknown>, 'name' | 'capabilities' | 'watch'>) {
    this.#driver = driver;
  }

  /** @throws `INVALID_ARGUMENT`, and what the driver's watch throws */
  listen(listener: CommitListener): Subscription {
    if (typeof listener !== 'function') throw invalid(`onCommit takes a function, not ${describe(listener)}`);
    const listening: Listening = { listener };
    this.#watching ??= this.#watch();
    this.#listeners.add(listening);
    const close = (): void => {
      if (this.#listeners.delete(listening) && this.#listeners.size === 0) this.#stop();
    };
    return { close, [Symbol.dispose]: close };
  }

  /** Something was, or may have been, committed. */
  readonly wake = (): void => {
    if (this.#isDue || this.#listeners.size === 0) return;
    this.#isDue = true;
    // Later in this turn: a commit that many hear of is over before they look, and no fault of theirs reaches it.
    process.nextTick(this.#tell);
  };

  /** Wakes everybody once more, so that they learn of the end, and nobody after that. */
  end(): void {
    this.#stop();
    this.wake();
  }

  readonly #tell = (): void => {
    this.#isDue = false;
    for (const listening of [...this.#listeners]) {
      // Another one may have closed it just now.
      if (!this.#listeners.has(listening)) continue;
      try {
        listening.listener();
      } catch (error) {
        // Its owner hears of it as an uncaught error; the others are woken all the same.
        process.nextTick(() => {
          throw error;
        });
      }
    }
  };

  #watch(): Watching | undefined {
    const { name, capabilities, watch } = this.#driver;
    if (watch !== undefined) {
      try {
        return watch.call(this.#driver, this.wake);
      } catch (error) {
        throw toStoreError(error, 'IO', `the driver ${name} could not watch for commits`);
      }
    }
    if (!capabilities.has('multi-process')) return undefined;
    const timer = setInterval(this.wake, pollEvery).unref();
    return { close: () => clearInterval(timer) };
  }

  #stop(): void {
    this.#watching?.close();
    this.#watching = undefined;
  }
}

/** One subscription: a listener that subscribes twice is told twice. */
interface Listening {
  readonly listener: CommitListener;
}
