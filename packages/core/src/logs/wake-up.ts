/** Longest time that a timer can count: nobody waits for its end. */
const forEver = 0x7fffffff;

/**
 * A bell that one waiter waits for. It rings once, however often it was rung since.
 *
 * @example
 * ```ts
 * import { WakeUp } from '@stepwell/core';
 *
 * using wakeUp = new WakeUp();
 * setTimeout(wakeUp.ring, 10);
 * await wakeUp.rung();
 * ```
 */
export class WakeUp {
  #isRung = false;
  #resolve: (() => void) | undefined;
  /** What rings is not to keep a process alive; whoever waits is. One for all waits, which may be thousands a second. */
  readonly #alive: NodeJS.Timeout = setInterval(() => {}, forEver).unref();

  /** Can be given away by itself. */
  readonly ring: () => void = (): void => {
    this.#isRung = true;
    this.#resolve?.();
  };

  /** Resolves when it was rung after the last time; the process stays alive until then. */
  async rung(): Promise<void> {
    if (!this.#isRung) {
      this.#alive.ref();
      await new Promise<void>((resolve) => {
        this.#resolve = resolve;
      });
      this.#alive.unref();
      this.#resolve = undefined;
    }
    this.#isRung = false;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#alive);
  }
}
