import { toStoreError } from '@stepwell/core';
import type { CommandError } from '../../errors/command-error.ts';
import { describeStoreError } from '../../errors/report-error.ts';

/**
 * What befalls the record of a run, or its output on the way. It is told once, however often it shows: more would only
 * clutter the output.
 */
export class RecordingTrouble {
  #any = false;
  #recordingTold = false;

  /** Whether the run is not wholly recorded, or its output not wholly passed on. */
  get any(): boolean {
    return this.#any;
  }

  /** One of the few things that are said on the command's stderr, since nobody must miss it. */
  tell(cause: unknown): void {
    if (this.#recordingTold) return;
    this.#recordingTold = true;
    this.#any = true;
    const error = toStoreError(cause, 'IO', 'recording failed');
    process.stderr.write(`${describeStoreError(error)}\n  What the command does is no longer recorded.\n`);
  }

  /** Output that was recorded but could not be passed on: nobody must take the run for a success. */
  tellUnpassed({ code, message }: CommandError): void {
    this.#any = true;
    process.stderr.write(`stepwell: ${code}: ${message}\n`);
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
