import type { LockProvider } from '../contract/lock.ts';
import type { Pin } from '../contract/pin.ts';
import { defaults } from '../store/defaults.ts';
import { runAll } from '../store/run-all.ts';
import type { StoreSettings } from '../store/store-options.ts';
import { ViewGate } from '../views/view-gate.ts';
import { type Age, AgeWatch, type Aging } from './age-watch.ts';
import type { CallSite } from './call-site.ts';
import { type Held, PinnedSnapshot } from './pinned-snapshot.ts';
import type { Snapshot } from './snapshot.ts';
import { SnapshotWarnings } from './snapshot-warnings.ts';

/**
 * Milliseconds after which it is written out who opened a snapshot: most are closed by then, and cost nothing. What the
 * engine notes may hold on to the snapshot itself, so that one which is forgotten sooner is noticed only then.
 */
const noticeableAfter = 1_000;

/** A snapshot that is open, as its handle knows it. */
export interface OpenSnapshot<View> extends Held<View>, Aging {
  readonly openedBy: CallSite;
}

/** S4: the open snapshots of one handle: their deadlines, their ends, and the ones nobody closed. */
export class Snapshots<View> {
  readonly #settings: StoreSettings;
  readonly #locks: LockProvider;
  readonly #warnings: SnapshotWarnings;
  /** The oldest first. */
  readonly #open = new Set<OpenSnapshot<View>>();
  readonly #watch: AgeWatch<OpenSnapshot<View>>;
  readonly #forgotten = new FinalizationRegistry<OpenSnapshot<View>>((held) => this.#noticeForgotten(held));

  constructor(locks: LockProvider, settings: StoreSettings) {
    this.#locks = locks;
    this.#settings = settings;
    this.#warnings = new SnapshotWarnings(settings.onWarning);
    this.#watch = new AgeWatch(this.#open, this.#ages(settings.snapshotDeadline));
  }

  /** How many are open, and how long the oldest has been, in milliseconds; 0 for none. */
  get figures(): { readonly open: number; readonly oldest: number } {
    const live = this.#live();
    const now = this.#settings.now();
    return { open: live.length, oldest: Math.max(0, now - (live[0]?.openedAt ?? now)) };
  }

  adopt(pin: Pin<View>, openedBy: CallSite): Snapshot<View> {
    const held: OpenSnapshot<View> = {
      pin,
      openedAt: this.#settings.now(),
      openedBy,
      gate: new ViewGate(),
      since: performance.now(),
      reached: 0,
    };
    this.#open.add(held);
    this.#watch.opened(held);
    const snapshot = new PinnedSnapshot(held, this.#locks, {
      check: () => this.#check(held),
      close: () => this.#close(held),
    });
    this.#forgotten.register(snapshot, held, held);
    return snapshot;
  }

  async closeAll(): Promise<void> {
    this.#watch.stop();
    this.#warnings.leftOpen(this.#live());
    await runAll(...[...this.#open].map((held) => () => this.#close(held)));
  }

  /** Those that have not expired, the oldest first. */
  #live(): OpenSnapshot<View>[] {
    return [...this.#open].filter(({ gate }) => gate.isOpen);
  }

  /** What happens to a snapshot that stays open. */
  #ages(deadline: number): Age<OpenSnapshot<View>>[] {
    const expires = deadline > 0;
    const warnsBefore = !expires || deadline > defaults.snapshotWarn;
    return [
      // One that expires sooner is named in the warning that says so.
      ...(!expires || deadline > noticeableAfter
        ? [{ after: noticeableAfter, act: ({ openedBy }: OpenSnapshot<View>) => openedBy.text }]
        : []),
      ...(warnsBefore
        ? [{ after: defaults.snapshotWarn, act: (held: OpenSnapshot<View>) => this.#warnings.old(held) }]
        : []),
      ...(expires ? [{ after: deadline, act: (held: OpenSnapshot<View>) => this.#expire(held) }] : []),
    ];
  }

  /** The deadline holds by time too: after a blocked event loop, its timer is late. */
  #check(held: OpenSnapshot<View>): void {
    const { snapshotDeadline } = this.#settings;
    if (snapshotDeadline > 0 && performance.now() >= held.since + snapshotDeadline) this.#expire(held);
    held.gate.check();
  }

  #expire(held: OpenSnapshot<View>): void {
    if (!held.gate.isOpen) return;
    held.gate.expire();
    this.#warnings.expired(held, this.#settings.snapshotDeadline);
    try {
      held.pin.expire();
    } catch (error) {
      // Nobody called, so nobody could catch it.
      this.#warnings.expiryFailed(held, error);
    }
  }

  async #close(held: OpenSnapshot<View>): Promise<void> {
    if (!this.#open.delete(held)) return;
    this.#forgotten.unregister(held);
    held.gate.close();
    await held.pin.release();
  }

  #noticeForgotten(held: OpenSnapshot<View>): void {
    // Only told, never released: a loop over its view may still run. Its deadline ends it, or the end of its store.
    if (held.gate.isOpen) this.#warnings.forgotten(held, this.#settings.snapshotDeadline);
    // It has expired, and its owner was told: nobody is left to tidy up.
    else this.#close(held).catch((error: unknown) => this.#warnings.expiryFailed(held, error));
  }
}
