/** Longest time that a timer can count: nobody waits for its end. */
const forEver = 0x7fffffff;

/** A bell that one waiter waits for. It rings once, however often it was rung since. */
export class WakeUp {
  #isRung = false;
  #resolve: (() => void) | undefined;

  readonly ring = (): void => {
    this.#isRung = true;
    this.#resolve?.();
  };

  /** Resolves when it was rung after the last time; the process stays alive until then. */
  async rung(): Promise<void> {
    if (!this.#isRung) {
      // What rings is not to keep a process alive; whoever waits is.
      const alive = setTimeout(() => {}, forEver);
      await new Promise<void>((resolve) => {
        this.#resolve = resolve;
      });
      clearTimeout(alive);
      this.#resolve = undefined;
    }
    this.#isRung = false;
  }
}
