import type { Batch } from '../contract/batch.ts';
import type { CommitDurability } from '../contract/durability.ts';
import type { StoreError } from '../errors/store-error.ts';
import type { WriteResult } from '../store/store.ts';
import type { Answer, Entry, Submission } from './entry.ts';

/**
 * A write that is answered when it is committed. A class, since hundreds of thousands are made in a second: methods of
 * a prototype cost nothing where closures cost as much as the rest of the way through the queue (measured).
 */
export class AwaitedEntry<Op> implements Entry<Op> {
  readonly number: number;
  readonly batch: Batch<Op>;
  readonly bytes: number;
  readonly durability: CommitDurability;
  readonly buffered = false;
  /** Ends the wait for an abort; set where there is a signal. */
  stopListening: (() => void) | undefined;
  readonly #answer: Answer;

  constructor(
    number: number,
    { batch, bytes }: Submission<Op>,
    durability: CommitDurability,
    answer: Answer,
  ) {
    this.number = number;
    this.batch = batch;
    this.bytes = bytes;
    this.durability = durability;
    this.#answer = answer;
  }

  queued(): void {
    // Its commit is what counts.
  }

  resolve(result: WriteResult): void {
    this.stopListening?.();
    this.#answer.resolve(result);
  }

  reject(error: StoreError): void {
    this.stopListening?.();
    this.#answer.reject(error);
  }
}
