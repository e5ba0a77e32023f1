import type { Entry } from './entry.ts';

/** How many ops the next group may hold, so that one commit stays within its time (S2, B12). */
export class GroupSize {
  readonly #maxOps: number;
  readonly #targetMs: number;
  #ops: number;

  constructor(maxOps: number, targetMs: number) {
    this.#maxOps = maxOps;
    this.#targetMs = targetMs;
    this.#ops = maxOps;
  }

  get ops(): number {
    return this.#ops;
  }

  /** Halves after a group that took too long, and grows back by a quarter after a full one that did not. */
  observe(group: readonly Entry<unknown>[], tookMs: number): void {
    if (tookMs > 2 * this.#targetMs) this.#ops = Math.max(16, Math.floor(this.#ops / 2), 1);
    else if (tookMs < this.#targetMs && group.length > 0) {
      this.#ops = Math.min(this.#maxOps, Math.ceil(this.#ops * 1.25));
    }
    this.#ops = Math.min(this.#ops, this.#maxOps);
  }
}
