import type { Batch } from '../contract/batch.ts';
import type { CommitDurability } from '../contract/durability.ts';
import type { StoreError } from '../errors/store-error.ts';
import type { Answer, Entry, Submission } from './entry.ts';

/**
 * S2 `'none'`: a write that is answered when it has its place in the queue; `tellLater` gets what it fails with
 * afterwards.
 */
export class BufferedEntry<Op> implements Entry<Op> {
  readonly number: number;
  readonly batch: Batch<Op>;
  readonly bytes: number;
  readonly durability: CommitDurability = 'process-crash';
  readonly buffered = true;
  /** Ends the wait for an abort; set where there is a signal. */
  stopListening: (() => void) | undefined;
  readonly #answer: Answer;
  readonly #tellLater: (error: StoreError) => void;
  #isQueued = false;

  constructor(
    number: number,
    { batch, bytes }: Submission<Op>,
    answer: Answer,
    tellLater: (error: StoreError) => void,
  ) {
    this.number = number;
    this.batch = batch;
    this.bytes = bytes;
    this.#answer = answer;
    this.#tellLater = tellLater;
  }

  queued(): void {
    this.#isQueued = true;
    this.stopListening?.();
    this.#answer.resolve({ epoch: null, results: [], duplicate: false });
  }

  resolve(): void {
    // It was answered when it was queued.
  }

  reject(error: StoreError): void {
    this.stopListening?.();
    if (this.#isQueued) this.#tellLater(error);
    else this.#answer.reject(error);
  }
}
