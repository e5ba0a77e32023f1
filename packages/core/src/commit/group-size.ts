import type { Entry } from './entry.ts';

/** How many ops the next group may hold, so that those who come next wait no longer than `longestMs` for it (S2). */
export class GroupSize {
  readonly #maxOps: number;
  readonly #longestMs: number;
  #ops: number;

  constructor(maxOps: number, longestMs: number) {
    this.#maxOps = maxOps;
    this.#longestMs = longestMs;
    this.#ops = maxOps;
  }

  get ops(): number {
    return this.#ops;
  }

  /**
   * Halves after a group that took too long, and grows back by a quarter after one that took half as long. A group that
   * waited for the device says nothing: a sync takes about as long for few ops, and more groups would be more syncs.
   */
  observe(group: readonly Entry<unknown>[], tookMs: number): void {
    if (group.some(({ durability }) => durability === 'power-loss')) return;
    if (tookMs > this.#longestMs) this.#ops = Math.max(16, Math.floor(this.#ops / 2), 1);
    else if (tookMs < this.#longestMs / 2 && group.length > 0) {
      this.#ops = Math.min(this.#maxOps, Math.ceil(this.#ops * 1.25));
    }
    this.#ops = Math.min(this.#ops, this.#maxOps);
  }
}
