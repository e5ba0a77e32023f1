import { StoreError } from '../errors/store-error.ts';
import type { Entry } from './entry.ts';

interface Bounds {
  readonly queueOps: number;
  readonly queueBytes: number;
  readonly busyWait: number;
}

/** S10: what waits for its commit, first in, first out, bounded in ops and bytes. */
export class WriteQueue<Op> {
  readonly #bounds: Bounds;
  readonly #reject: (entry: Entry<Op>, error: StoreError) => void;
  #entries: Entry<Op>[] = [];
  /**
   * Those who wait for room, in order, with the time until which they do. One gets in when it fits, or when nothing else
   * is there: no batch is too large. There may be very many, so each step costs the same however many there are.
   */
  readonly #waiters = new Map<Entry<Op>, number>();
  /** Set for the first of those who wait: all of them wait equally long, so its time is up first. */
  #timer: NodeJS.Timeout | undefined;
  #ops = 0;
  #bytes = 0;

  constructor(bounds: Bounds, reject: (entry: Entry<Op>, error: StoreError) => void) {
    this.#bounds = bounds;
    this.#reject = reject;
  }

  get ops(): number {
    return this.#ops;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** How many wait for room. */
  get waiters(): number {
    return this.#waiters.size;
  }

  /** Also means that nobody waits for room: in an empty queue there is some. */
  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  get isFull(): boolean {
    return this.#waiters.size > 0;
  }

  /** Adds an entry, now or as soon as there is room; rejects it with `BUSY` when there is none for too long. */
  enter(entry: Entry<Op>): void {
    if (this.#waiters.size === 0 && this.#fits(entry)) {
      this.#add(entry);
      return;
    }
    this.#waiters.set(entry, performance.now() + this.#bounds.busyWait);
    this.#setTimer();
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
    } else if (!this.#waiters.delete(entry)) return false;
    this.#admitWaiters();
    return true;
  }

  /** Takes the next group: at least one entry, and more while they stay within `maxOps` and `maxBytes` together. */
  takeGroup(maxOps: number, maxBytes: number): Entry<Op>[] {
    let ops = 0;
    let bytes = 0;
    let size = 0;
    for (const entry of this.#entries) {
      const weight = Math.max(1, entry.batch.ops.length);
      if (size > 0 && (ops + weight > maxOps || bytes + entry.bytes > maxBytes)) break;
      ops += weight;
      bytes += entry.bytes;
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
    for (const entry of this.#waiters.keys()) {
      if (!this.#fits(entry)) break;
      this.#waiters.delete(entry);
      this.#add(entry);
    }
    if (this.#waiters.size === 0) this.#clearTimer();
  }

  #setTimer(): void {
    const [until] = this.#waiters.values();
    if (until === undefined) return;
    this.#timer ??= setTimeout(() => this.#rejectLate(), Math.ceil(Math.max(0, until - performance.now())));
  }

  #clearTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #rejectLate(): void {
    this.#timer = undefined;
    const now = performance.now();
    const { busyWait } = this.#bounds;
    for (const [entry, until] of this.#waiters) {
      if (until > now) break;
      this.#waiters.delete(entry);
      this.#reject(entry, new StoreError('BUSY', `the write queue stayed full for ${busyWait} ms`));
    }
    // Those behind may be smaller.
    this.#admitWaiters();
    this.#setTimer();
  }
}
