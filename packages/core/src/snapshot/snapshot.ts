import type { Cursor } from '../contract/change.ts';
import type { Epoch } from '../contract/head.ts';

/**
 * S4: exactly the commits up to `epoch`, whatever happens meanwhile, until it is closed or expires. A snapshot that is open
 * keeps disk space from being reused, so it has a deadline (`snapshotDeadline`).
 *
 * @example
 * ```ts
 * import { openStore, putExecution } from '@stepwell/core';
 * import { memoryRecords } from '@stepwell/testkit';
 *
 * await using store = await openStore(memoryRecords());
 * await using snapshot = await store.snapshot();
 * await store.write([putExecution({ id: 'nightly-1', name: 'nightly', createdAt: Date.now() })]);
 * console.log(await snapshot.view.count('execution')); // 0: it was taken before
 * ```
 */
export interface Snapshot<View> extends AsyncDisposable {
  readonly epoch: Epoch;
  /** Where the snapshot stands in the history: `store.changes({ since: snapshot.cursor })` goes on from what it shows. */
  readonly cursor: Cursor;
  /**
   * What can be read. Of a snapshot that has ended neither this nor anything that was got from it can be used: every call
   * and every pull of a stream throws `SNAPSHOT_CLOSED`, or `SNAPSHOT_EXPIRED` when the deadline has ended it. A timer ends
   * it: when the event loop was blocked past the deadline, a pull that is made before the loop turns again still gives
   * what the snapshot shows, from the state that is still held. It does not look at the clock for every item.
   */
  readonly view: View;
  /** Milliseconds since the Unix epoch. */
  readonly openedAt: number;
  /**
   * S7: whether the process that began this session still lives; asked once per snapshot and session.
   * `null`, the session of a record that nobody records, is not alive.
   * @throws `INVALID_ARGUMENT` for what is no session; as {@link view} once the snapshot has ended
   */
  isLive(session: string | null): Promise<boolean>;
  /** Ends it, with the streams that are under way. Idempotent; one that has expired stays so. */
  close(): Promise<void>;
}
