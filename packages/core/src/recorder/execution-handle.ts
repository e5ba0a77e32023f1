import type { Artifact } from '../records/artifact.ts';
import type { Execution } from '../records/execution.ts';
import { putExecution, putStep } from '../records/record-op.ts';
import { type ExecutionStatus, isEnd, transitionError } from '../records/status.ts';
import { newStep, type Step } from '../records/step.ts';
import {
  checkInit,
  checkSaid,
  checkWork,
  type ExecutionChanges,
  executionChanges,
  type FailureOptions,
  failureFields,
  mergeMetadata,
  stepFields,
} from './check-said.ts';
import { type Ending, endedAs } from './ending.ts';
import type { ArtifactOptions, LogInput, RecordedExecution, RecordedStep, StepOptions } from './recorder.ts';
import type { Recording } from './recording.ts';
import { refuseExisting, taken } from './refuse-existing.ts';
import { runRecorded } from './run-recorded.ts';
import { StepHandle, type StepParent } from './step-handle.ts';
import { type Submission, Submissions } from './submissions.ts';
import { Tracked } from './tracked.ts';

export class ExecutionHandle implements RecordedExecution, StepParent {
  readonly #recording: Recording;
  readonly #execution: Tracked<Execution>;
  readonly #openSteps = new Set<Tracked<Step>>();
  /** Steps that got somewhere. A set, so that a step whose end was written at the second try counts once. */
  readonly #doneSteps = new Set<Tracked<Step>>();
  /** Steps that ended this execution's hope to complete. */
  readonly #fatalSteps = new Set<Tracked<Step>>();
  /** Ids of steps that were given, not made. */
  readonly #stepIds = new Set<string>();
  readonly #before: { readonly total: number; readonly completed: number };
  #startedSteps = 0;
  readonly submissions: Submissions;
  #nextStepIndex: number;

  constructor(recording: Recording, record: Execution, nextStepIndex: number) {
    this.#recording = recording;
    this.#execution = new Tracked(record);
    this.#nextStepIndex = nextStepIndex;
    this.#before = { total: record.totalSteps, completed: record.completedSteps };
    this.submissions = new Submissions(recording);
  }

  get id(): string {
    return this.record.id;
  }

  get record(): Execution {
    return this.#execution.state;
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
    if (work !== undefined) checkWork(work);
    const step = await this.#startStep(checkInit(init, stepFields, 'a step'));
    return work === undefined ? step : await runRecorded<RecordedStep, Result>(step, work);
  }

  async update(changes: ExecutionChanges): Promise<void> {
    const said = checkSaid(changes, executionChanges, 'an update');
    await this.submissions.submit(() => {
      const metadata = mergeMetadata(this.record.metadata, said.metadata);
      return this.#put({ ...this.record, ...said, metadata });
    });
  }

  async complete(exitCode = 0): Promise<void> {
    await this.#end(() => {
      const [fatal] = this.#fatalSteps;
      if (exitCode !== 0 || fatal === undefined) return endedAs.exit(exitCode);
      return endedAs.failed(`the step ${fatal.state.name} failed`, exitCode);
    });
  }

  async fail(reason?: unknown, options: FailureOptions = {}): Promise<void> {
    const { exitCode } = checkSaid(options, failureFields, 'a failure');
    await this.#end(() => endedAs.failed(reason, exitCode));
  }

  async cancel(reason?: string): Promise<void> {
    await this.#end(() => endedAs.stopped('cancelled', reason));
  }

  async timeOut(reason?: string): Promise<void> {
    await this.#end(() => endedAs.stopped('timed-out', reason));
  }

  /** A step has ended: it is open no more, and counts when it got somewhere. */
  progress(step: Tracked<Step>): Submission {
    const { status, stopOnError } = step.state;
    this.#openSteps.delete(step);
    if (status === 'failed' && stopOnError) this.#fatalSteps.add(step);
    const counts = status === 'completed' || status === 'skipped';
    if (counts) this.#doneSteps.add(step);
    const own = counts && this.#put(this.record);
    return {
      ops: own ? own.ops : [],
      undo: () => {
        this.#openSteps.add(step);
        this.#fatalSteps.delete(step);
        this.#doneSteps.delete(step);
        if (own) own.undo();
      },
    };
  }

  /** An id that was given must be free. Of two steps that are begun at once with one id, the second is refused. */
  async #startStep(options: StepOptions): Promise<StepHandle> {
    const { id } = options;
    if (id === undefined) return await this.#beginStep(options);
    if (this.#stepIds.has(id)) throw taken('step', id);
    this.#stepIds.add(id);
    try {
      await refuseExisting(this.#recording.store, 'step', id);
      return await this.#beginStep(options);
    } catch (error) {
      this.#stepIds.delete(id);
      throw error;
    }
  }

  async #beginStep(options: StepOptions): Promise<StepHandle> {
    const at = this.#recording.now();
    const index = this.#nextStepIndex++;
    const state = newStep({
      id: this.#recording.newId(),
      ...options,
      executionId: this.id,
      index,
      status: 'running',
      createdAt: at,
      startedAt: at,
    });
    const step = new Tracked(state);
    await this.submissions.submit(() => {
      this.#refuseWhenEnded('running');
      this.#startedSteps += 1;
      this.#openSteps.add(step);
      const own = this.#put({ ...this.record, currentStepIndex: index });
      return {
        ops: [...own.ops, putStep(state)],
        undo: () => {
          this.#startedSteps -= 1;
          this.#openSteps.delete(step);
          own.undo();
        },
      };
    });
    return new StepHandle(this.#recording, this, step);
  }

  /** Ends the execution, and with it every step that is still open, in one batch with all their last lines. */
  async #end(decide: () => Ending<ExecutionStatus>): Promise<void> {
    await this.submissions.submit(() => {
      const ending = decide();
      this.#refuseWhenEnded(ending.status);
      const completedAt = this.#recording.now();
      const open = [...this.#openSteps];
      const undoSteps = open.map((step) => step.moveTo({ ...step.state, ...ending, completedAt }));
      if (ending.status === 'completed') for (const step of open) this.#doneSteps.add(step);
      const own = this.#put({ ...this.record, ...ending, completedAt });
      return {
        ops: [...open.map((step) => putStep(step.state)), ...own.ops],
        undo: () => {
          for (const undo of [...undoSteps, own.undo]) undo();
          for (const step of open) this.#doneSteps.delete(step);
        },
      };
    });
  }

  #refuseWhenEnded(next: ExecutionStatus): void {
    const { id, status } = this.record;
    if (isEnd(status)) throw transitionError('execution', id, status, next);
  }

  #put(changed: Execution): Submission {
    const next = {
      ...changed,
      totalSteps: this.#before.total + this.#startedSteps,
      completedSteps: this.#before.completed + this.#doneSteps.size,
    };
    return { ops: [putExecution(next)], undo: this.#execution.moveTo(next) };
  }
}
