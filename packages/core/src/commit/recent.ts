/** How many figures are kept; enough for a 99th percentile that is not simply the highest. */
const kept = 512;
/** Milliseconds until a figure is forgotten: a single stall should be seen, and then no more. */
const forgottenAfter = 60_000;

/** What figures of the last minute come to; all 0 when there are none. */
export interface Spread {
  readonly mean: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/**
 * The last 512 figures of something, none of them older than a minute. Adding one is two stores to memory that is there
 * already; whoever asks pays for the sorting.
 */
export class Recent {
  readonly #values = new Float64Array(kept);
  readonly #times = new Float64Array(kept);
  #added = 0;

  /** `at` is on the clock of `performance.now()`. */
  add(value: number, at: number): void {
    const slot = this.#added % kept;
    this.#values[slot] = value;
    this.#times[slot] = at;
    this.#added += 1;
  }

  spread(now: number): Spread {
    const since = now - forgottenAfter;
    const found = new Float64Array(kept);
    let count = 0;
    let sum = 0;
    for (let slot = 0; slot < Math.min(this.#added, kept); slot += 1) {
      if ((this.#times[slot] ?? 0) < since) continue;
      const value = this.#values[slot] ?? 0;
      found[count] = value;
      count += 1;
      sum += value;
    }
    const values = found.subarray(0, count).sort();
    // The smallest figure that so many of them do not exceed.
    const rank = (share: number): number => values[Math.max(0, Math.ceil(count * share) - 1)] ?? 0;
    return { mean: sum / Math.max(1, count), p50: rank(0.5), p99: rank(0.99), max: rank(1) };
  }
}
