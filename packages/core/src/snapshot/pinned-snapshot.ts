import { type Cursor, formatCursor } from '../contract/change.ts';
import type { LockProvider } from '../contract/lock.ts';
import type { Pin } from '../contract/pin.ts';
import { sessionLockName } from '../session/session.ts';
import type { ViewGate } from '../views/view-gate.ts';
import type { Snapshot } from './snapshot.ts';

/** What keeps a snapshot open. It must not refer to the {@link Snapshot}, or a forgotten one would never be noticed. */
export interface Held<View> {
  readonly pin: Pin<View>;
  /** Milliseconds since the Unix epoch. */
  readonly openedAt: number;
  /** The door of the snapshot itself; its view has one of its own, which is the driver's. */
  readonly gate: ViewGate;
}

/** What people hold in their hands. */
export class PinnedSnapshot<View> implements Snapshot<View> {
  readonly #held: Held<View>;
  readonly #locks: LockProvider;
  readonly #close: () => Promise<void>;
  #live: Map<string, Promise<boolean>> | undefined;

  constructor(held: Held<View>, locks: LockProvider, close: () => Promise<void>) {
    this.#held = held;
    this.#locks = locks;
    this.#close = close;
  }

  get epoch(): number {
    return this.#held.pin.head.epoch;
  }

  get cursor(): Cursor {
    const { lineage, epoch } = this.#held.pin.head;
    return formatCursor(lineage, epoch);
  }

  get openedAt(): number {
    return this.#held.openedAt;
  }

  get view(): View {
    this.#held.gate.check();
    return this.#held.pin.view;
  }

  async isLive(session: string | null): Promise<boolean> {
    this.#held.gate.check();
    if (session === null) return false;
    this.#live ??= new Map();
    const known = this.#live.get(session) ?? this.#locks.isHeld(sessionLockName(session));
    this.#live.set(session, known);
    try {
      return await known;
    } catch (error) {
      // No answer is not an answer to keep.
      this.#live.delete(session);
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }
}
