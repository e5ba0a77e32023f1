import { LockSlot } from './lock-slot.ts';

interface Entry {
  readonly slot: LockSlot;
  users: number;
}

/**
 * The slots of a provider. A slot that nobody uses keeps its connection for the next turn, since opening costs several
 * times as much as taking; only the `spare` most recently used ones do, so that descriptors stay bounded.
 */
export class SlotPool {
  readonly #spare: number;
  readonly #inUse = new Map<string, Entry>();
  /** In the order of their last use. */
  readonly #idle = new Map<string, Entry>();
  #closed = false;

  constructor(spare: number) {
    this.#spare = spare;
  }

  /** The slot of the lock file at `path`, until {@link giveBack}. */
  borrow(path: string): LockSlot {
    const entry = this.#inUse.get(path) ?? this.#idle.get(path) ?? { slot: new LockSlot(path), users: 0 };
    this.#idle.delete(path);
    this.#inUse.set(path, entry);
    entry.users += 1;
    return entry.slot;
  }

  /** The slot of the lock file at `path` while somebody uses it. */
  find(path: string): LockSlot | undefined {
    return this.#inUse.get(path)?.slot;
  }

  giveBack(slot: LockSlot): void {
    const entry = this.#inUse.get(slot.path);
    if (entry === undefined) return;
    entry.users -= 1;
    if (entry.users > 0) return;
    this.#inUse.delete(slot.path);
    this.#idle.set(slot.path, entry);
    this.#trim(this.#closed ? 0 : this.#spare);
  }

  /** Closes what is idle now, and the rest as it is given back. */
  close(): void {
    this.#closed = true;
    this.#trim(0);
  }

  #trim(limit: number): void {
    for (const [path, { slot }] of this.#idle) {
      if (this.#idle.size <= limit) return;
      this.#idle.delete(path);
      slot.close();
    }
  }
}
