import type { Cursor } from '../contract/change.ts';
import type { Epoch } from '../contract/head.ts';

/** S4: exactly the commits up to `epoch`, whatever happens meanwhile, until it is closed or expires. */
export interface Snapshot<View> extends AsyncDisposable {
  readonly epoch: Epoch;
  /** Where the snapshot stands in the history: `store.changes({ since: snapshot.cursor })` goes on from what it shows. */
  readonly cursor: Cursor;
  readonly view: View;
  /** Milliseconds since the Unix epoch. */
  readonly openedAt: number;
  /**
   * S7: whether the process that began this session still lives; asked once per snapshot and session.
   * `null`, the session of a record that nobody records, is not alive.
   */
  isLive(session: string | null): Promise<boolean>;
  /** Every later use throws `SNAPSHOT_CLOSED`. Idempotent. */
  close(): Promise<void>;
}
