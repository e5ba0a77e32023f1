import { toStoreError } from '@stepwell/core';
import { describeStoreError } from '../../errors/report-error.ts';

/** What befalls the record of a run. It is told once, however often it shows: more would only clutter the output. */
export class RecordingTrouble {
  #any = false;

  /** Whether the run is not wholly recorded. */
  get any(): boolean {
    return this.#any;
  }

  /** One of the few things that are said on the command's stderr, since nobody must miss it. */
  tell(cause: unknown): void {
    if (this.#any) return;
    this.#any = true;
    const error = toStoreError(cause, 'IO', 'recording failed');
    process.stderr.write(`${describeStoreError(error)}\n  What the command does is no longer recorded.\n`);
  }

  /** Waits for `work`; its failure is trouble, not an error. */
  async guard(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.tell(error);
    }
  }
}
