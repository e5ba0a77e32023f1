import { Breather, StoreError } from '@stepwell/core';

/** How a compaction makes way for others. It asks between two blocks, of which each takes some milliseconds. */
export interface Pace {
  readonly isDue: boolean;
  /** @throws `ABORTED` when the compaction is to end */
  rest(): Promise<void>;
}

/** In the thread of the event loop: no stretch is longer than its breath. */
export class LoopPace implements Pace {
  readonly #breather: Breather = new Breather();
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  get isDue(): boolean {
    return this.#signal.aborted || this.#breather.isDue;
  }

  async rest(): Promise<void> {
    if (this.#signal.aborted) throw aborted(this.#signal.reason);
    await this.#breather.pause();
  }
}

export function aborted(cause?: unknown): StoreError {
  return new StoreError('ABORTED', 'the compaction was aborted', { cause });
}
