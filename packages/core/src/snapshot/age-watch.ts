/** Something that is open since a while. */
export interface Aging {
  /** On the clock of `performance.now()`, which nobody turns back. */
  readonly since: number;
  /** How many of the ages it has reached. */
  reached: number;
}

/** What happens to an item that has been open for so many milliseconds. */
export interface Age<Item> {
  readonly after: number;
  readonly act: (item: Item) => void;
}

/** The longest delay that a timer can count; what is due later is looked at again then. */
const longestDelay = 0x7fffffff;

/**
 * The ages of all that is open, by one timer: most items end long before they reach any, and should not pay for it. The
 * timer keeps no process alive.
 */
export class AgeWatch<Item extends Aging> {
  readonly #open: ReadonlySet<Item>;
  /** The lowest first. */
  readonly #ages: readonly Age<Item>[];
  #timer: NodeJS.Timeout | undefined;
  /** When the timer goes off, on the clock of `performance.now()`. */
  #wakesAt = Number.POSITIVE_INFINITY;

  constructor(open: ReadonlySet<Item>, ages: readonly Age<Item>[]) {
    this.#open = open;
    this.#ages = [...ages].sort((a, b) => a.after - b.after);
  }

  /**
   * To be called when an item was opened. The timer may wait for a late age of an older item, or of one that has ended; it
   * is set anew only when this item is due before, which is at most once for each time that it goes off.
   */
  opened({ since }: Item): void {
    const [first] = this.#ages;
    if (first !== undefined && since + first.after < this.#wakesAt) this.#wakeAt(since + first.after, since);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#wakesAt = Number.POSITIVE_INFINITY;
  }

  #wakeAt(time: number, now: number): void {
    clearTimeout(this.#timer);
    this.#wakesAt = time;
    // Rounded up: woken a moment too early, it would have to go back to sleep.
    const delay = Math.min(Math.ceil(Math.max(1, time - now)), longestDelay);
    this.#timer = setTimeout(() => this.#look(), delay).unref();
  }

  #look(): void {
    this.#timer = undefined;
    this.#wakesAt = Number.POSITIVE_INFINITY;
    const now = performance.now();
    let next = Number.POSITIVE_INFINITY;
    for (const item of this.#open) next = Math.min(next, this.#grow(item, now));
    if (next < Number.POSITIVE_INFINITY) this.#wakeAt(next, now);
  }

  /** Acts on every age that `item` has reached; answers when it reaches the next one. */
  #grow(item: Item, now: number): number {
    for (;;) {
      const age = this.#ages[item.reached];
      if (age === undefined) return Number.POSITIVE_INFINITY;
      if (now < item.since + age.after) return item.since + age.after;
      item.reached += 1;
      age.act(item);
    }
  }
}
