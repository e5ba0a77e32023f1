import { Breather, StoreError } from '@stepwell/core';
import type { Pace } from '../maintenance/pace.ts';

/** Lets others run now and then, and ends when it is told to. */
export class RepairPace implements Pace {
  readonly #breather: Breather = new Breather();
  readonly #signal: AbortSignal | undefined;

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  get isDue(): boolean {
    return this.#signal?.aborted === true || this.#breather.isDue;
  }

  async rest(): Promise<void> {
    if (this.#signal?.aborted)
      throw new StoreError('ABORTED', 'repair was aborted', { cause: this.#signal.reason });
    await this.#breather.pause();
  }
}
