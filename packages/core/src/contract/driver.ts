import type { StoreWarning } from '../store/warning.ts';
import type { Batch, CommitMeta, Prepared } from './batch.ts';
import type { Change, ChangeOptions, Cursor } from './change.ts';
import type { Epoch, Head } from './head.ts';
import type { LockProvider } from './lock.ts';
import type { Maintenance } from './maintenance.ts';
import type { Measure } from './measure.ts';
import type { Pin } from './pin.ts';

/**
 * What a backend can do beyond the core semantics. What is absent must fail with `NOT_SUPPORTED`; the
 * conformance suite tries.
 *
 * - `persistent`: the data outlives the process.
 * - `power-loss`: it also outlives the machine, where a write asks for that.
 * - `multi-process`: other processes may open the same data.
 * - `transaction-ids`: S8.
 * - `changes`: {@link Driver.changes}.
 * - `lead`: it can be the `records` of {@link combine}: it stores a {@link CommitSeal} and answers {@link Driver.extents}.
 * - `follow`: it can be the `logs` of {@link combine}: it honours {@link LeaderState} and its pins can be clamped.
 */
export type Capability =
  | 'persistent'
  | 'power-loss'
  | 'multi-process'
  | 'transaction-ids'
  | 'changes'
  | 'lead'
  | 'follow';

/**
 * What a leader tells its follower, so that both stand at the same commit after a crash (S1, S7). A follower explains by
 * a death or by a power cut only what these can do; anything else is `CORRUPT`, and left as it is.
 */
export interface LeaderState {
  /** {@link Head.store} of the leader. A follower that belongs to another store is `CORRUPT`; `undefined` compares to all. */
  readonly store?: string | undefined;
  /**
   * The last commit of the store. What the follower holds above it never happened: since the machine booted that is one
   * group at most, of the next epoch; after a reboot any number of them.
   */
  readonly epoch: Epoch;
  /**
   * The last commit that wrote to the follower. What the follower holds above it never happened, also where it is not
   * above `epoch`: a leader may commit by itself while it opens, as a migration does. When the follower stands below it, a
   * power cut took what is between; without a reboot, or when nothing of the follower is there at all, that is damage.
   */
  readonly mark: Epoch;
  /** The last line of each stream that was appended to after `since`, as the leader remembers it. */
  extents(since: Epoch): Promise<Readonly<Record<string, number>>>;
  /**
   * Everything the leader committed so far survives power loss when this resolves: from then on nothing of the follower's
   * that is part of it needs ever be cut. Only while open for writing. @throws `READ_ONLY`, and what the leader fails with
   */
  sync(): Promise<void>;
}

/**
 * Runs `work` as the one writer, between two group commits: alone in this process and among all others. With shared writers
 * that is under the writer lock, after {@link Driver.refresh}. Meant for short steps, since commits wait meanwhile; a turn
 * waits for those asked before it, and for one group commit at most before each.
 *
 * It may be asked for at any time, also while `open` runs; then it waits until the store is open. Never await it within
 * `open`, `refresh`, a commit or another turn: they end only before it begins.
 *
 * @throws what `work` throws, which fails alone: commits go on. When it did not begin: `NOT_OPEN` once the store closes or
 * could not open; `POISONED` after a write with an unknown outcome; with shared writers `BUSY` when the lock stayed taken,
 * and what `refresh` throws
 */
export type WriterTurn = <Result>(work: () => Promise<Result>) => Promise<Result>;

export interface OpenContext {
  /** `'write'` recovers, under the writer lock. `'read'` changes nothing on disk (S6). */
  readonly mode: 'read' | 'write';
  /** The clock of the store, milliseconds since the Unix epoch. */
  readonly now: () => number;
  /** Tells the owner of the store about something that is not an error: a cut tail, lost lines, a starved checkpoint. */
  readonly warn: (warning: StoreWarning) => void;
  /** The locks of the store, for what the driver does beside commits: {@link Driver.locks}, or under {@link combine} its leader's. */
  readonly locks: LockProvider;
  /**
   * In write mode: what the driver does as the one writer outside of commits, such as publishing a compaction. The store lets
   * a turn that runs end before it closes the driver, and rejects those that wait.
   */
  readonly turn?: WriterTurn;
  /** In write mode: whether the writer lock is held until `close` has ended, or for each turn alone (S5). */
  readonly writer?: 'exclusive' | 'shared';
  /** Set for a follower under {@link combine}. */
  readonly leader?: LeaderState;
}

/** Watches until it is closed. */
export interface Watching {
  /** Idempotent. */
  close(): void;
}

/**
 * What a backend author writes, and all of it. State, validation, queueing, locking, reference counts, deadlines
 * and error wrapping are core's: core never calls a driver before `open` or after `close`, never calls `prepare`
 * twice at one time, and calls `open` in write mode, `refresh` and `prepare` only under the writer lock.
 *
 * A driver throws {@link StoreError}s; anything else is wrapped as `IO`.
 */
export interface Driver<View, Op> {
  /** For messages and measures: `sqlite`, `files`, `memory`. */
  readonly name: string;
  readonly capabilities: ReadonlySet<Capability>;
  /**
   * Writer lock, maintenance lock, sessions. Without one the data cannot be shared, and core keeps its own in memory.
   * Core closes it, after the driver and after releasing what it holds itself.
   */
  readonly locks?: LockProvider;
  /**
   * Opens what is there, or makes it in write mode, and brings it to the last commit (S7).
   * @throws `NOT_FOUND` in read mode, where nobody has written yet: a reader makes nothing (S6)
   */
  open(context: OpenContext): Promise<Head>;
  /** Catches up with what other processes committed. Called after winning the writer lock. */
  refresh(leader?: LeaderState): Promise<Head>;
  /**
   * A copy of an op that its giver can no longer change, since the op waits in the queue while the caller goes on.
   * Left out where ops are immutable. @throws `INVALID_ARGUMENT`
   */
  copy?(op: Op): Op;
  /**
   * Checks one op before it is queued: throws `INVALID_ARGUMENT`, or answers how many bytes it will hold (a rough
   * figure, for the bound of the queue). Must not do I/O.
   */
  admit(op: Op): number;
  /** Applies a group: everything but its commit. */
  prepare(batches: readonly Batch<Op>[], meta: CommitMeta): Promise<Prepared>;
  /** S4: freezes the current state for one reader. Never waits for the writer. */
  pin(): Promise<Pin<View>>;
  /** Commits after `since`, in order; then waits for more, until the signal fires. */
  changes?(since: Cursor, options: ChangeOptions): AsyncIterable<Change>;
  /**
   * Calls `wake` whenever something may have been committed, by any process, until it is closed: soon after the commit can
   * be pinned, more often rather than not at all, and never within the call of `watch`. It keeps no process alive. Where it
   * is left out, those who wait look every 50 ms, if other processes may commit.
   */
  watch?(wake: () => void): Watching;
  /** Leaders: see {@link LeaderState.extents}. */
  extents?(since: Epoch): Promise<Readonly<Record<string, number>>>;
  /** Everything committed so far survives power loss when this resolves. */
  sync(): Promise<void>;
  readonly maintenance?: Partial<Maintenance>;
  stats(): Promise<readonly Measure[]>;
  /** Lets go of everything; pins that are still out are released first. Also called after an `open` that threw. Idempotent. */
  close(): Promise<void>;
}
