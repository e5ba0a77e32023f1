import type { RecordOp } from '../records/record-op.ts';
import type { Recording } from './recording.ts';

/** What one call changes, worked out at the moment it is submitted. */
export interface Submission {
  readonly ops: readonly RecordOp[];
  /** Takes the change back in memory, when the write fails. */
  undo(): void;
}

/**
 * The writes of one execution and its steps, in the order of the calls that made them: each holds whole records, so
 * one that overtook another would undo it. Only submitting is in turn; commits overlap and share a group.
 */
export class Submissions {
  readonly #recording: Recording;
  #last: Promise<void> = Promise.resolve();

  constructor(recording: Recording) {
    this.#recording = recording;
  }

  /**
   * Writes what `change` answers, in one batch with every line that was logged before and is not on its way yet (S4:
   * what has ended never lacks a line).
   */
  async submit(change: () => Submission): Promise<void> {
    const { done, turn } = this.#nextTurn();
    let undo = (): void => {};
    try {
      await turn;
      await this.#recording.lines.send((lines) => {
        const submission = change();
        undo = submission.undo;
        const committed = this.#recording.store.write([...lines, ...submission.ops]);
        done();
        return committed;
      });
    } catch (error) {
      undo();
      throw error;
    } finally {
      done();
    }
  }

  #nextTurn(): { readonly turn: Promise<void>; readonly done: () => void } {
    const turn = this.#last;
    let done = (): void => {};
    this.#last = new Promise<void>((resolve) => {
      done = resolve;
    });
    return { turn, done };
  }
}
