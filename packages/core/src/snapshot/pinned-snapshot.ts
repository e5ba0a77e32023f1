import { type Cursor, formatCursor } from '../contract/change.ts';
import type { LockProvider } from '../contract/lock.ts';
import type { Pin } from '../contract/pin.ts';
import { sessionLockName } from '../session/session.ts';
import { checkKey } from '../validation/check-value.ts';
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

/** What the handle of the store does for a snapshot. */
interface Handle {
  /** @throws `SNAPSHOT_CLOSED` or `SNAPSHOT_EXPIRED` */
  check(): void;
  close(): Promise<void>;
}

/** What people hold in their hands. */
export class PinnedSnapshot<View> implements Snapshot<View> {
  readonly #held: Held<View>;
  readonly #locks: LockProvider;
  readonly #handle: Handle;
  #live: Map<string, Promise<boolean>> | undefined;

  constructor(held: Held<View>, locks: LockProvider, handle: Handle) {
    this.#held = held;
    this.#locks = locks;
    this.#handle = handle;
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
    this.#handle.check();
    return this.#held.pin.view;
  }

  async isLive(session: string | null): Promise<boolean> {
    this.#handle.check();
    if (session === null) return false;
    checkKey(session, 'session');
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
    return this.#handle.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#handle.close();
  }
}
