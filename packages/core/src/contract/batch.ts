import type { StoreError } from '../errors/store-error.ts';
import type { CommitDurability } from './durability.ts';
import type { Epoch } from './head.ts';

/** S1: what one call of `write` submits: applied whole or not at all. */
export interface Batch<Op> {
  readonly ops: readonly Op[];
  /** S8: a batch with an id is applied once; a second one with the same id is answered as a duplicate. */
  readonly transactionId?: string;
}

/** What a driver says about each batch of a group. A bad batch fails alone; its neighbours commit. */
export type Verdict =
  /** Applied, pending the commit. `results` has one entry for each op, in order; `undefined` where there is none. */
  | { readonly state: 'ready'; readonly results: readonly unknown[] }
  /** Applied before, at `epoch`; nothing was done now. */
  | { readonly state: 'duplicate'; readonly epoch: Epoch }
  /** Not applied, and nothing of it is left behind. */
  | { readonly state: 'rejected'; readonly error: StoreError };

/** What is true of a whole group commit. */
export interface CommitMeta {
  /** The epoch that this commit will have: the head's plus one. */
  readonly epoch: Epoch;
  /** Wall-clock time of the commit, milliseconds since the Unix epoch. */
  readonly at: number;
  readonly durability: CommitDurability;
}

/** What followers contributed to the commit; the leader stores it in the same transaction. */
export interface CommitSeal {
  /** New values for {@link Head.marks}; those not named stay. */
  readonly marks?: Readonly<Record<string, Epoch>>;
  /** How long each log stream that this commit appended to is now: the number of its last line. */
  readonly extents?: Readonly<Record<string, number>>;
}

/** A group that is applied but not yet committed. Exactly one of `commit` and `rollback` is called, once. */
export interface Prepared {
  /** One for each batch, in order. */
  readonly verdicts: readonly Verdict[];
  /** Log drivers: see {@link CommitSeal.extents}. */
  readonly extents?: Readonly<Record<string, number>>;
  /**
   * Makes the ready batches visible and as durable as asked. When it throws, the outcome counts as unknown until
   * {@link Driver.refresh} tells (S2).
   */
  commit(seal: CommitSeal): Promise<void>;
  /** Undoes everything since `prepare`. When it throws, the driver is poisoned. */
  rollback(): Promise<void>;
}
