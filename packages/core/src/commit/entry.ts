import type { Batch } from '../contract/batch.ts';
import type { CommitDurability } from '../contract/durability.ts';
import type { StoreError } from '../errors/store-error.ts';
import type { WriteResult } from '../store/store.ts';

/** What a `write` brings along, once it was checked. */
export interface Submission<Op> {
  readonly batch: Batch<Op>;
  readonly bytes: number;
  /** Takes it back out of the queue, where it still is there. */
  readonly signal: AbortSignal | undefined;
}

/** How a `write` is answered, once. */
export interface Answer {
  resolve(result: WriteResult): void;
  reject(error: StoreError): void;
}

/** One `write` on its way to its commit. */
export interface Entry<Op> {
  readonly batch: Batch<Op>;
  readonly bytes: number;
  readonly durability: CommitDurability;
  /** S2 `'none'`: nobody waits for it, so it may wait for company, and its failure is told by `flush`. */
  readonly buffered: boolean;
  /** Its place among all writes of the handle. */
  readonly number: number;
  /** It has found room in the queue. */
  queued(): void;
  resolve(result: WriteResult): void;
  reject(error: StoreError): void;
}
