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

  constructor(open: ReadonlySet<Item>, ages: readonly Age<Item>[]) {
    this.#open = open;
    this.#ages = [...ages].sort((a, b) => a.after - b.after);
  }

  /** To be called when an item was opened. One that is younger than all others is due after them, so mostly nothing is to do. */
  opened(): void {
    const [first] = this.#ages;
    if (this.#timer === undefined && first !== undefined) this.#wakeIn(first.after);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #wakeIn(milliseconds: number): void {
    // Rounded up: woken a moment too early, it would have to go back to sleep.
    this.#timer = setTimeout(() => this.#look(), Math.min(Math.ceil(milliseconds), longestDelay)).unref();
  }

  #look(): void {
    this.#timer = undefined;
    const now = performance.now();
    let next = Number.POSITIVE_INFINITY;
    for (const item of this.#open) next = Math.min(next, this.#grow(item, now));
    if (next < Number.POSITIVE_INFINITY) this.#wakeIn(Math.max(1, next - now));
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
