import { type Cursor, formatCursor } from '../contract/change.ts';
import type { LockProvider } from '../contract/lock.ts';
import type { Pin } from '../contract/pin.ts';
import { sessionLockName } from '../session/session.ts';
import { runAll } from '../store/run-all.ts';
import type { StoreSettings } from '../store/store-options.ts';
import { ViewGate } from '../views/view-gate.ts';
import type { Snapshot } from './snapshot.ts';

/** What keeps a snapshot open. It does not refer to the {@link Snapshot}, so that a forgotten one can be noticed. */
interface Held<View> {
  readonly pin: Pin<View>;
  readonly openedAt: number;
  readonly openedBy: string;
  readonly timer: NodeJS.Timeout | undefined;
  /** The door of the snapshot itself; its view has one of its own, which is the driver's. */
  readonly gate: ViewGate;
}

/** S4: the open snapshots of one handle: their deadlines, their ends, and the ones nobody closed. */
export class Snapshots<View> {
  readonly #settings: StoreSettings;
  readonly #locks: LockProvider;
  readonly #open = new Set<Held<View>>();
  readonly #forgotten = new FinalizationRegistry<Held<View>>((held) => this.#warnForgotten(held));

  constructor(locks: LockProvider, settings: StoreSettings) {
    this.#locks = locks;
    this.#settings = settings;
  }

  /** How many are open, and how long the oldest has been, in milliseconds; 0 for none. */
  get figures(): { readonly open: number; readonly oldest: number } {
    const now = this.#settings.now();
    let oldest = 0;
    for (const { openedAt } of this.#open) oldest = Math.max(oldest, now - openedAt);
    return { open: this.#open.size, oldest };
  }

  adopt(pin: Pin<View>): Snapshot<View> {
    const held = this.#hold(pin);
    const snapshot = new PinnedSnapshot(held, this.#locks, () => this.#close(held));
    this.#forgotten.register(snapshot, held, held);
    return snapshot;
  }

  async closeAll(): Promise<void> {
    await runAll(...[...this.#open].map((held) => () => this.#close(held)));
  }

  #hold(pin: Pin<View>): Held<View> {
    const { snapshotDeadline } = this.#settings;
    // A deadline beyond what a timer can count is as good as none.
    const counts = snapshotDeadline > 0 && snapshotDeadline <= 0x7fffffff;
    const held: Held<View> = {
      pin,
      openedAt: this.#settings.now(),
      openedBy: new Error('opened here').stack ?? '',
      timer: counts ? setTimeout(() => this.#expire(held), snapshotDeadline) : undefined,
      gate: new ViewGate(),
    };
    held.timer?.unref();
    this.#open.add(held);
    return held;
  }

  #expire(held: Held<View>): void {
    if (!held.gate.isOpen) return;
    held.gate.expire();
    this.#settings.onWarning({
      id: 'snapshot.expired',
      message: `a snapshot at epoch ${held.pin.head.epoch} passed its deadline of ${this.#settings.snapshotDeadline} ms`,
      details: { epoch: held.pin.head.epoch, openedBy: held.openedBy },
    });
    try {
      held.pin.expire();
    } catch (error) {
      // Nobody called, so nobody could catch it.
      this.#settings.onWarning({
        id: 'snapshot.expiry-failed',
        message: `a snapshot that passed its deadline could not let go of what it held: ${String(error)}`,
      });
    }
  }

  async #close(held: Held<View>): Promise<void> {
    if (!this.#open.delete(held)) return;
    clearTimeout(held.timer);
    this.#forgotten.unregister(held);
    held.gate.close();
    await held.pin.release();
  }

  /** Only told, never released: a loop over its view may still run. The deadline ends it, as promised. */
  #warnForgotten(held: Held<View>): void {
    this.#settings.onWarning({
      id: 'snapshot.leaked',
      message: 'a snapshot was dropped without being closed; it stays open until its deadline',
      details: { epoch: held.pin.head.epoch, openedBy: held.openedBy },
    });
  }
}

class PinnedSnapshot<View> implements Snapshot<View> {
  readonly #held: Held<View>;
  readonly #locks: LockProvider;
  readonly #close: () => Promise<void>;
  readonly #live = new Map<string, Promise<boolean>>();

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

  async close(): Promise<void> {
    await this.#close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }
}
