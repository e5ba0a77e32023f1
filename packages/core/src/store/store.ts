import type { Change, ChangeOptions, Cursor } from '../contract/change.ts';
import type { Capability } from '../contract/driver.ts';
import type { Durability } from '../contract/durability.ts';
import type { Epoch } from '../contract/head.ts';
import type { LockProvider } from '../contract/lock.ts';
import type { Maintenance } from '../contract/maintenance.ts';
import type { Measure } from '../contract/measure.ts';
import type { Session } from '../session/session.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

/** Told that something may have been committed. What it throws is an uncaught error. */
export type CommitListener = () => void;

/** What {@link Reader.onCommit} began; it goes on until it is closed, or the store is. */
export interface Subscription extends Disposable {
  /** Idempotent: after it the listener is not called any more. */
  close(): void;
}

/** S6: a store as those see it who only read. Any number, in any process. */
export interface Reader<View> extends AsyncDisposable {
  /** The driver's name. */
  readonly name: string;
  readonly capabilities: ReadonlySet<Capability>;
  /** The store's locks, for what is built on it: maintenance, sessions. */
  readonly locks: LockProvider;
  /**
   * S4: a frozen state, until it is closed or passes its deadline. Any number may be open, one within another too. One that
   * is dropped without being closed is warned about (`snapshot.leaked`), with the lines that opened it.
   * @throws `BUSY` when the driver cannot hold so many epochs; `NOT_OPEN CORRUPT IO`
   */
  snapshot(): Promise<Snapshot<View>>;
  /** Runs `fn` with a snapshot and closes it afterwards, whatever happens. Throws what {@link snapshot} and `fn` throw. */
  withSnapshot<Result>(fn: (snapshot: Snapshot<View>) => Result | Promise<Result>): Promise<Result>;
  /**
   * Every commit after `since`, in order, then waits for more.
   * @throws `NOT_SUPPORTED` where the driver lacks `changes`; `CURSOR_EXPIRED`
   */
  changes(options: ChangeOptions & { readonly since: Cursor }): AsyncIterable<Change>;
  /**
   * Calls `listener` soon after each commit, by this or any other process: several commits may be one call, and one call
   * may be for nothing, so take a snapshot to see what there is. The next snapshot shows every commit of this handle that
   * the call is for. Called once more when the handle closes. It keeps no process alive; close it when it is not needed.
   * @throws `NOT_OPEN INVALID_ARGUMENT`, and what the driver fails to watch with
   */
  onCommit(listener: CommitListener): Subscription;
  /**
   * What the driver measures, then what the store does (`store.…`; the README lists all). Asking costs about a tenth of a
   * millisecond beside what the driver takes. @throws `NOT_OPEN`, and what the driver fails with
   */
  stats(): Promise<readonly Measure[]>;
  /**
   * Idempotent. Snapshots that are still open are closed: their streams throw `SNAPSHOT_CLOSED` at the next pull, and the
   * lines that opened them are named in a warning (`snapshot.left-open`).
   */
  close(): Promise<void>;
}

export interface WriteOptions {
  /** Default: the store's. */
  readonly durability?: Durability;
  /** S8: applied once, whoever repeats it. `NOT_SUPPORTED` where the driver lacks `transaction-ids`. */
  readonly transactionId?: string;
  /** Takes the batch back while it waits in the queue: `ABORTED`, and nothing was applied. Later it has no effect. */
  readonly signal?: AbortSignal;
}

export interface WriteResult {
  /** The commit that holds the batch; `null` when it is buffered and not committed yet (`durability: 'none'`). */
  readonly epoch: Epoch | null;
  /** One entry for each op, in order; empty when it is buffered, or a duplicate (S8). */
  readonly results: readonly unknown[];
  /** Whether this `transactionId` was applied before, at `epoch`. */
  readonly duplicate: boolean;
}

/** A store open for writing. */
export interface Store<View, Op> extends Reader<View> {
  /**
   * S1, S2: applies `ops` whole or not at all, and resolves once they survive what `durability` names.
   *
   * A batch is copied and checked within the call, which holds the event loop up: some 2 µs for a record and 1 to 2 µs for a
   * line, so 10,000 records take some 20 ms. It is then applied in one piece, while the loop goes round every 4 ms. Where
   * the ops need not stand or fall together, batches of some thousand keep a program responsive and lose no speed.
   * @throws `INVALID_ARGUMENT CONSTRAINT INVALID_TRANSITION` for this batch alone; `BUSY` when the queue or the lock
   * stayed full; `NO_SPACE IO POISONED NOT_OPEN ABORTED`
   */
  write(ops: readonly Op[], options?: WriteOptions): Promise<WriteResult>;
  /** Resolves when everything that was written before the call is committed; rejects with what a buffered write failed with. */
  flush(): Promise<void>;
  /** Everything committed so far survives power loss when this resolves. */
  sync(): Promise<void>;
  /** What the driver does not offer throws `NOT_SUPPORTED`. */
  readonly maintenance: Maintenance;
  /** S7: this process's session; begun by the first call, ended by `close`. */
  session(): Promise<Session>;
  /**
   * Commits what is buffered, then lets go of everything, once; every call resolves, or rejects, as the first one does. Open
   * snapshots are closed as by {@link Reader.close}.
   *
   * One that rejects has let go of files and locks all the same, and what it could not commit is lost: a `BUSY` names
   * writes of durability `'none'` that found the lock taken. Calling it again saves nothing. `await store.flush()` before
   * it tells of that in time: what fails with a `retryable` error there stays buffered, and may be tried again.
   */
  close(): Promise<void>;
}
