import type { LogOp } from '../logs/log-op.ts';
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
   * Writes what `change` answers, in one batch with the last lines of `streams`, after every line that was logged
   * there before (S4: what has ended never lacks a line).
   */
  async submit(streams: () => readonly string[], change: () => Submission): Promise<void> {
    const { done, turn } = this.#nextTurn();
    let lines: readonly LogOp[] = [];
    let committed: Promise<unknown>;
    let undo = (): void => {};
    try {
      await turn;
      lines = await this.#recording.lines.take(streams());
      const submission = change();
      undo = submission.undo;
      committed = this.#recording.store.write([...lines, ...submission.ops]);
    } catch (error) {
      this.#recording.lines.putBack(lines);
      throw error;
    } finally {
      done();
    }
    try {
      await committed;
    } catch (error) {
      undo();
      this.#recording.lines.putBack(lines);
      throw error;
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
