import { StoreError } from '../errors/store-error.ts';
import type { Entry } from './entry.ts';

interface Bounds {
  readonly queueOps: number;
  readonly queueBytes: number;
  readonly busyWait: number;
}

interface Waiter<Op> {
  readonly entry: Entry<Op>;
  readonly timer: NodeJS.Timeout;
}

/** S10: what waits for its commit, first in, first out, bounded in ops and bytes. */
export class WriteQueue<Op> {
  readonly #bounds: Bounds;
  #entries: Entry<Op>[] = [];
  /** Those who wait for room. One gets in when it fits, or when nothing else is there: no batch is too large. */
  readonly #waiters: Waiter<Op>[] = [];
  #ops = 0;
  #bytes = 0;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  get ops(): number {
    return this.#ops;
  }

  /** Also means that nobody waits for room: in an empty queue there is some. */
  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  get isFull(): boolean {
    return this.#waiters.length > 0;
  }

  /** Adds an entry, now or as soon as there is room; rejects it with `BUSY` when there is none for too long. */
  enter(entry: Entry<Op>): void {
    if (this.#waiters.length === 0 && this.#fits(entry)) {
      this.#add(entry);
      return;
    }
    const { busyWait } = this.#bounds;
    const timer = setTimeout(() => {
      this.withdraw(entry);
      entry.reject(new StoreError('BUSY', `the write queue stayed full for ${busyWait} ms`));
    }, busyWait);
    this.#waiters.push({ entry, timer });
  }

  /** Puts entries back at the front, in their order. */
  putBack(entries: readonly Entry<Op>[]): void {
    this.#entries = [...entries, ...this.#entries];
    for (const entry of entries) this.#count(entry, 1);
  }

  /** Takes an entry back out. False when it is no longer there. */
  withdraw(entry: Entry<Op>): boolean {
    const index = this.#entries.indexOf(entry);
    if (index >= 0) {
      this.#entries.splice(index, 1);
      this.#count(entry, -1);
    } else {
      const place = this.#waiters.findIndex((waiter) => waiter.entry === entry);
      if (place < 0) return false;
      clearTimeout(this.#waiters[place]?.timer);
      this.#waiters.splice(place, 1);
    }
    this.#admitWaiters();
    return true;
  }

  /** Takes the next group: at least one entry, and more while they stay within `maxOps` together. */
  takeGroup(maxOps: number): Entry<Op>[] {
    let ops = 0;
    let size = 0;
    for (const entry of this.#entries) {
      const weight = Math.max(1, entry.batch.ops.length);
      if (size > 0 && ops + weight > maxOps) break;
      ops += weight;
      size += 1;
    }
    const group = this.#entries.splice(0, size);
    for (const entry of group) this.#count(entry, -1);
    this.#admitWaiters();
    return group;
  }

  /** Takes every entry whose commit somebody waits for; buffered ones stay. */
  takeAwaited(): Entry<Op>[] {
    const taken: Entry<Op>[] = [];
    for (;;) {
      const awaited = this.#entries.filter((entry) => !entry.buffered);
      if (awaited.length === 0) return taken;
      taken.push(...awaited);
      this.#entries = this.#entries.filter((entry) => entry.buffered);
      for (const entry of awaited) this.#count(entry, -1);
      this.#admitWaiters();
    }
  }

  #fits({ batch, bytes }: Entry<Op>): boolean {
    if (this.#entries.length === 0) return true;
    const { queueOps, queueBytes } = this.#bounds;
    return this.#ops + batch.ops.length <= queueOps && this.#bytes + bytes <= queueBytes;
  }

  #add(entry: Entry<Op>): void {
    this.#entries.push(entry);
    this.#count(entry, 1);
    entry.queued();
  }

  #count(entry: Entry<Op>, sign: 1 | -1): void {
    this.#ops += sign * entry.batch.ops.length;
    this.#bytes += sign * entry.bytes;
  }

  #admitWaiters(): void {
    for (;;) {
      const [next] = this.#waiters;
      if (next === undefined || !this.#fits(next.entry)) return;
      this.#waiters.shift();
      clearTimeout(next.timer);
      this.#add(next.entry);
    }
  }
}
