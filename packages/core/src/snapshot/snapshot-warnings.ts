import { defaults } from '../store/defaults.ts';
import type { StoreWarning, WarningId } from '../store/warning.ts';
import type { OpenSnapshot } from './snapshots.ts';

type Named = Pick<OpenSnapshot<unknown>, 'pin' | 'openedBy'>;

/** What the owner of a store is told about its snapshots; `details.openedBy` names the lines that opened them. */
export class SnapshotWarnings {
  readonly #tell: (warning: StoreWarning) => void;

  constructor(tell: (warning: StoreWarning) => void) {
    this.#tell = tell;
  }

  expired(snapshot: Named, deadline: number): void {
    this.#warn('snapshot.expired', snapshot, `passed its deadline of ${deadline} ms`);
  }

  expiryFailed(snapshot: Named, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#warn(
      'snapshot.expiry-failed',
      snapshot,
      `expired, and could not let go of what it held: ${reason}`,
    );
  }

  /** It may live longer, since that is what its store was told; but what is overwritten or deleted cannot be given back. */
  old(snapshot: Named): void {
    const minutes = defaults.snapshotWarn / 60_000;
    this.#warn(
      'snapshot.old',
      snapshot,
      `has been open for ${minutes} minutes and keeps disk space from being reused`,
    );
  }

  /** @param deadline milliseconds; 0 for none */
  forgotten(snapshot: Named, deadline: number): void {
    this.#warn(
      'snapshot.leaked',
      snapshot,
      `was dropped without being closed; it stays open until ${deadline > 0 ? 'its deadline' : 'its store is closed'}`,
    );
  }

  /** Those that are open when their store closes: one warning for each place that opened them. */
  leftOpen(snapshots: readonly Named[]): void {
    const places = new Map<string, { readonly oldest: Named; count: number }>();
    for (const snapshot of snapshots) {
      const { text } = snapshot.openedBy;
      const place = places.get(text);
      if (place === undefined) places.set(text, { oldest: snapshot, count: 1 });
      else place.count += 1;
    }
    for (const { oldest, count } of places.values()) {
      const others = count === 1 ? '' : `, as were ${count - 1} more from the same place`;
      this.#warn('snapshot.left-open', oldest, `was still open when its store was closed${others}`, {
        count,
      });
    }
  }

  #warn(
    id: WarningId,
    { pin, openedBy }: Named,
    what: string,
    details: Readonly<Record<string, unknown>> = {},
  ): void {
    const { epoch } = pin.head;
    const { text } = openedBy;
    const [place = ''] = text.split('\n');
    const message = `a snapshot at epoch ${epoch} ${what}${place === '' ? '' : ` (opened ${place})`}`;
    this.#tell({ id, message, details: { epoch, openedBy: text, ...details } });
  }
}
