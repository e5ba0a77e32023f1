import { StoreError } from '../errors/store-error.ts';
import type { Entry } from './entry.ts';

interface Bounds {
  readonly queueOps: number;
  readonly queueBytes: number;
  readonly busyWait: number;
}

interface Waiter {
  readonly ops: number;
  readonly bytes: number;
  readonly enter: () => void;
}

/** S10: what waits for its commit, first in, first out, bounded in ops and bytes. */
export class WriteQueue<Op> {
  readonly #bounds: Bounds;
  #entries: Entry<Op>[] = [];
  /** Those who wait for room. A batch gets in when it fits, or when nothing else is there: no batch is too large. */
  readonly #waiters: Waiter[] = [];
  #ops = 0;
  #bytes = 0;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  get ops(): number {
    return this.#ops;
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  /** Whether an entry of this size may be added at once. Those who came before go first. */
  hasRoom(ops: number, bytes: number): boolean {
    return this.#waiters.length === 0 && this.#fits(ops, bytes);
  }

  /** Resolves when there is room. @throws `BUSY ABORTED` */
  async room(ops: number, bytes: number, signal: AbortSignal | undefined): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const leave = (error: StoreError): void => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        done();
        reject(error);
      };
      const onAbort = (): void =>
        leave(new StoreError('ABORTED', 'the write was aborted', { cause: signal?.reason }));
      const timer = setTimeout(() => {
        leave(new StoreError('BUSY', `the write queue stayed full for ${this.#bounds.busyWait} ms`));
      }, this.#bounds.busyWait);
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
      };
      const waiter: Waiter = {
        ops,
        bytes,
        enter: () => {
          done();
          resolve();
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiters.push(waiter);
    });
  }

  add(entry: Entry<Op>): void {
    this.#entries.push(entry);
    this.#count(entry, 1);
  }

  /** Puts entries back at the front, in their order. */
  putBack(entries: readonly Entry<Op>[]): void {
    this.#entries = [...entries, ...this.#entries];
    for (const entry of entries) this.#count(entry, 1);
  }

  /** Takes an entry back out. False when it is no longer there. */
  withdraw(entry: Entry<Op>): boolean {
    const index = this.#entries.indexOf(entry);
    if (index < 0) return false;
    this.#entries.splice(index, 1);
    this.#count(entry, -1);
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

  #fits(ops: number, bytes: number): boolean {
    if (this.#entries.length === 0) return true;
    return this.#ops + ops <= this.#bounds.queueOps && this.#bytes + bytes <= this.#bounds.queueBytes;
  }

  #count(entry: Entry<Op>, sign: 1 | -1): void {
    this.#ops += sign * entry.batch.ops.length;
    this.#bytes += sign * entry.bytes;
  }

  #admitWaiters(): void {
    let ops = 0;
    let bytes = 0;
    for (;;) {
      const [next] = this.#waiters;
      if (next === undefined) return;
      // Those let in have not added their entries yet, so they are counted here.
      const alone = this.#entries.length === 0 && ops === 0;
      if (!alone && !this.#fits(ops + next.ops, bytes + next.bytes)) return;
      this.#waiters.shift();
      ops += Math.max(1, next.ops);
      bytes += next.bytes;
      next.enter();
    }
  }
}
