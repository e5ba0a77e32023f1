import type { Artifact } from '../records/artifact.ts';
import { putStep } from '../records/record-op.ts';
import { isEnd, type StepStatus, transitionError } from '../records/status.ts';
import type { Step } from '../records/step.ts';
import {
  checkSaid,
  type FailureOptions,
  failureFields,
  mergeMetadata,
  type StepChanges,
  stepChanges,
} from './check-said.ts';
import { type Ending, endedAs } from './ending.ts';
import type { ArtifactOptions, LogInput, RecordedStep } from './recorder.ts';
import type { Recording } from './recording.ts';
import type { Submission, Submissions } from './submissions.ts';
import type { Tracked } from './tracked.ts';

/** What a step needs of its execution. */
export interface StepParent {
  readonly submissions: Submissions;
  /** What the end of a step changes in its execution. */
  progress(step: Tracked<Step>): Submission;
}

export class StepHandle implements RecordedStep {
  readonly #recording: Recording;
  readonly #parent: StepParent;
  readonly #step: Tracked<Step>;

  constructor(recording: Recording, parent: StepParent, step: Tracked<Step>) {
    this.#recording = recording;
    this.#parent = parent;
    this.#step = step;
  }

  get id(): string {
    return this.record.id;
  }

  get record(): Step {
    return this.#step.state;
  }

  get ready(): Promise<void> {
    return this.#recording.lines.ready;
  }

  log(line: LogInput): void | Promise<void> {
    return this.#recording.log(this.id, line);
  }

  async artifact(path: string, options: ArtifactOptions = {}): Promise<Artifact> {
    const owner = { executionId: this.record.executionId, stepId: this.id };
    return await this.#recording.keepArtifact(owner, path, options);
  }

  async update(changes: StepChanges): Promise<void> {
    const said = checkSaid(changes, stepChanges, 'an update');
    await this.#parent.submissions.submit(() => {
      const metadata = mergeMetadata(this.record.metadata, said.metadata);
      return this.#put({ ...this.record, ...said, metadata });
    });
  }

  async complete(exitCode = 0): Promise<void> {
    await this.#end(endedAs.exit(exitCode));
  }

  async fail(reason?: unknown, options: FailureOptions = {}): Promise<void> {
    const { exitCode } = checkSaid(options, failureFields, 'a failure');
    await this.#end(endedAs.failed(reason, exitCode));
  }

  async cancel(reason?: string): Promise<void> {
    await this.#end(endedAs.stopped('cancelled', reason));
  }

  async skip(reason?: string): Promise<void> {
    await this.#end(endedAs.stopped('skipped', reason));
  }

  async #end(ending: Ending<StepStatus>): Promise<void> {
    await this.#parent.submissions.submit(() => {
      const { id, status } = this.record;
      if (isEnd(status)) throw transitionError('step', id, status, ending.status);
      const own = this.#put({ ...this.record, ...ending, completedAt: this.#recording.now() });
      const progress = this.#parent.progress(this.#step);
      return {
        ops: [...own.ops, ...progress.ops],
        undo: () => {
          own.undo();
          progress.undo();
        },
      };
    });
  }

  #put(next: Step): Submission {
    return { ops: [putStep(next)], undo: this.#step.moveTo(next) };
  }
}
