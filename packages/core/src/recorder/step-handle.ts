import type { Artifact } from '../records/artifact.ts';
import { putStep } from '../records/record-op.ts';
import { canMove, isEnd, type StepStatus, transitionError } from '../records/status.ts';
import type { Step } from '../records/step.ts';
import { reasonText } from './reason-text.ts';
import type { ArtifactOptions, LogInput, RecordedStep } from './recorder.ts';
import type { Recording } from './recording.ts';

/** The end of a step or of an execution, before it is stamped. */
export interface Ending<Status> {
  readonly status: Status;
  readonly exitCode: number | null;
  readonly errorMessage: string | null;
}

/** Commits the end of a step with what its execution counts. */
type CommitEnd = (step: StepHandle, ended: Step) => Promise<void>;

export class StepHandle implements RecordedStep {
  readonly #recording: Recording;
  readonly #commitEnd: CommitEnd;
  #record: Step;

  constructor(recording: Recording, record: Step, commitEnd: CommitEnd) {
    this.#recording = recording;
    this.#commitEnd = commitEnd;
    this.#record = record;
  }

  get id(): string {
    return this.#record.id;
  }

  get record(): Step {
    return this.#record;
  }

  get ready(): Promise<void> {
    return this.#recording.lines.ready;
  }

  log(line: LogInput): void | Promise<void> {
    return this.#recording.log(this.id, line);
  }

  async artifact(path: string, options: ArtifactOptions = {}): Promise<Artifact> {
    const owner = { executionId: this.#record.executionId, stepId: this.id };
    return await this.#recording.keepArtifact(owner, path, options);
  }

  async update(
    changes: Partial<Pick<Step, 'description' | 'estimatedDuration' | 'metadata'>>,
  ): Promise<void> {
    const metadata = { ...this.#record.metadata, ...changes.metadata };
    await this.#put({ ...this.#record, ...changes, metadata }, async (next) => {
      await this.#recording.store.write([putStep(next)]);
    });
  }

  async complete(exitCode = 0): Promise<void> {
    const failed = exitCode !== 0;
    const errorMessage = failed ? `exit code ${exitCode}` : null;
    await this.#end({ status: failed ? 'failed' : 'completed', exitCode, errorMessage });
  }

  async fail(reason: unknown, options: { readonly exitCode?: number } = {}): Promise<void> {
    await this.#end({
      status: 'failed',
      exitCode: options.exitCode ?? null,
      errorMessage: reasonText(reason),
    });
  }

  async cancel(reason?: string): Promise<void> {
    await this.#end({ status: 'cancelled', exitCode: null, errorMessage: reason ?? null });
  }

  async skip(reason?: string): Promise<void> {
    await this.#end({ status: 'skipped', exitCode: null, errorMessage: reason ?? null });
  }

  /** This step as it looks when it ends so, for the batch that ends its execution. */
  endedAs(ending: Ending<StepStatus>, at: number): Step {
    return { ...this.#record, ...ending, completedAt: at };
  }

  /** The batch of {@link endedAs} was committed. */
  adopt(record: Step): void {
    this.#record = record;
  }

  async #end(ending: Ending<StepStatus>): Promise<void> {
    const { id, status } = this.#record;
    if (isEnd(status) || !canMove(status, ending.status))
      throw transitionError('step', id, status, ending.status);
    await this.#put(this.endedAs(ending, this.#recording.now()), (next) => this.#commitEnd(this, next));
  }

  /** The next state counts at once, so that two calls in a row build on each other; it is taken back when it fails. */
  async #put(next: Step, commit: (next: Step) => Promise<void>): Promise<void> {
    const before = this.#record;
    this.#record = next;
    try {
      await commit(next);
    } catch (error) {
      if (this.#record === next) this.#record = before;
      throw error;
    }
  }
}
