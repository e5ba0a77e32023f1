import type { Artifact } from '../records/artifact.ts';
import type { Execution } from '../records/execution.ts';
import { putExecution, putStep, type RecordOp } from '../records/record-op.ts';
import { type ExecutionStatus, isEnd, transitionError } from '../records/status.ts';
import { newStep, type Step } from '../records/step.ts';
import { reasonText } from './reason-text.ts';
import type { ArtifactOptions, LogInput, RecordedExecution, RecordedStep, StepOptions } from './recorder.ts';
import type { Recording } from './recording.ts';
import { runRecorded } from './run-recorded.ts';
import { type Ending, StepHandle } from './step-handle.ts';

export class ExecutionHandle implements RecordedExecution {
  readonly #recording: Recording;
  readonly #openSteps = new Set<StepHandle>();
  #record: Execution;
  #nextStepIndex: number;

  constructor(recording: Recording, record: Execution, nextStepIndex: number) {
    this.#recording = recording;
    this.#record = record;
    this.#nextStepIndex = nextStepIndex;
  }

  get id(): string {
    return this.#record.id;
  }

  get record(): Execution {
    return this.#record;
  }

  get ready(): Promise<void> {
    return this.#recording.lines.ready;
  }

  log(line: LogInput): void | Promise<void> {
    return this.#recording.log(this.id, line);
  }

  async artifact(path: string, options: ArtifactOptions = {}): Promise<Artifact> {
    return await this.#recording.keepArtifact({ executionId: this.id, stepId: null }, path, options);
  }

  async step(init: string | StepOptions): Promise<RecordedStep>;
  async step<Result>(
    init: string | StepOptions,
    work: (step: RecordedStep) => Result | Promise<Result>,
  ): Promise<Result>;
  async step<Result>(
    init: string | StepOptions,
    work?: (step: RecordedStep) => Result | Promise<Result>,
  ): Promise<Result | RecordedStep> {
    const step = await this.#startStep(typeof init === 'string' ? { name: init } : init);
    return work === undefined ? step : await runRecorded<RecordedStep, Result>(step, work);
  }

  async update(changes: Partial<Pick<Execution, 'name' | 'tags' | 'metadata' | 'user'>>): Promise<void> {
    const metadata = { ...this.#record.metadata, ...changes.metadata };
    await this.#put({ ...this.#record, ...changes, metadata }, async (next) => {
      await this.#recording.store.write([putExecution(next)]);
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

  async timeOut(reason?: string): Promise<void> {
    await this.#end({ status: 'timed-out', exitCode: null, errorMessage: reason ?? null });
  }

  /** Commits the end of a step with its last lines and the progress of this execution, in one batch. */
  async #commitStepEnd(step: StepHandle, ended: Step): Promise<void> {
    const done = ended.status === 'completed' || ended.status === 'skipped';
    const next = done ? { ...this.#record, completedSteps: this.#record.completedSteps + 1 } : this.#record;
    await this.#put(next, async () => {
      const progress = done ? [putExecution(this.#record)] : [];
      await this.#recording.writeAfterLines([step.id], [putStep(ended), ...progress]);
    });
    this.#openSteps.delete(step);
  }

  async #startStep(options: StepOptions): Promise<StepHandle> {
    const { id, status } = this.#record;
    if (isEnd(status)) throw transitionError('execution', id, status, 'running');
    const at = this.#recording.now();
    const index = this.#nextStepIndex++;
    const record = newStep({
      id: this.#recording.newId(),
      ...options,
      executionId: id,
      index,
      status: 'running',
      createdAt: at,
      startedAt: at,
    });
    const step = new StepHandle(this.#recording, record, (ending, ended) =>
      this.#commitStepEnd(ending, ended),
    );
    const next = { ...this.#record, totalSteps: this.#record.totalSteps + 1, currentStepIndex: index };
    await this.#put(next, async () => {
      await this.#recording.store.write([putExecution(next), putStep(record)]);
    });
    this.#openSteps.add(step);
    return step;
  }

  /** Ends the execution, and with it every step that is still open, in one batch with all their last lines. */
  async #end(ending: Ending<ExecutionStatus>): Promise<void> {
    const { id, status } = this.#record;
    if (isEnd(status)) throw transitionError('execution', id, status, ending.status);
    const at = this.#recording.now();
    const steps = [...this.#openSteps];
    const ended = steps.map((step) => step.endedAs(ending, at));
    const completed = ended.filter((step) => step.status === 'completed').length;
    const next: Execution = {
      ...this.#record,
      ...ending,
      completedAt: at,
      completedSteps: this.#record.completedSteps + completed,
    };
    await this.#put(next, async () => {
      const ops: RecordOp[] = [...ended.map((step) => putStep(step)), putExecution(next)];
      await this.#recording.writeAfterLines([id, ...steps.map((step) => step.id)], ops);
    });
    for (const [index, step] of steps.entries()) {
      const record = ended[index];
      if (record !== undefined) step.adopt(record);
    }
    this.#openSteps.clear();
  }

  /** The next state counts at once, so that two calls in a row build on each other; it is taken back when it fails. */
  async #put(next: Execution, commit: (next: Execution) => Promise<void>): Promise<void> {
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
