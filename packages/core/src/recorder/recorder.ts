import type { CombinedView } from '../combine/combine.ts';
import type { ContentSource, ContentStore } from '../contract/content-store.ts';
import type { LogLineInit } from '../logs/log-line.ts';
import type { LogOp } from '../logs/log-op.ts';
import type { Artifact } from '../records/artifact.ts';
import type { Execution } from '../records/execution.ts';
import type { RecordOp } from '../records/record-op.ts';
import type { RecordView } from '../records/record-view.ts';
import type { Step } from '../records/step.ts';
import type { Reader, Store } from '../store/store.ts';

/** What a recorder records into: records and logs as one store. */
export type RecordingStore = Store<CombinedView<RecordView>, RecordOp | LogOp>;

/** What a recorder's store shows to those who only read. */
export type RecordingReader = Reader<CombinedView<RecordView>>;

/** How most programs write: executions, their steps, what they print and what they make. */
export interface Recorder {
  /**
   * Records `work` as one execution: completed when it returns, failed with the error kept when it throws. Steps
   * that are still open then end as the execution does.
   */
  execution<Result>(
    init: string | ExecutionOptions,
    work: (execution: RecordedExecution) => Result | Promise<Result>,
  ): Promise<Result>;
  /**
   * Begins an execution and hands it out, for queue workers and whoever cannot wrap the work in a function.
   * @throws `CONSTRAINT` when there is an execution with the `id` that was given
   */
  start(init: string | ExecutionOptions): Promise<RecordedExecution>;
  /** Resolves when every line that was logged before is committed. `stepwell`'s `close()` calls it. */
  flush(): Promise<void>;
  /**
   * Takes up an execution whose recording process is gone, and binds it to this one.
   * @throws `NOT_FOUND`; `LOCKED` when a living process records it; `INVALID_TRANSITION` when it has ended otherwise
   * than by an interruption
   */
  resume(id: string): Promise<RecordedExecution>;
}

/** What may be said of an execution when it begins; the recorder fills in the rest. */
export type ExecutionOptions = { readonly name: string } & Partial<
  Pick<
    Execution,
    'id' | 'command' | 'workingDirectory' | 'environment' | 'user' | 'tags' | 'metadata' | 'retentionDays'
  >
>;

/** What may be said of a step when it begins. */
export type StepOptions = { readonly name: string } & Partial<
  Pick<Step, 'id' | 'description' | 'estimatedDuration' | 'stopOnError' | 'metadata'>
>;

/** What may be said of an artifact; name, type and MIME type follow from the file otherwise. */
export type ArtifactOptions = Partial<
  Pick<
    Artifact,
    'name' | 'description' | 'type' | 'mimeType' | 'tags' | 'isPublic' | 'retentionDays' | 'metadata'
  >
> & {
  /** The bytes, when they are not in the file. */
  readonly content?: ContentSource;
};

/** A line to log: text, which may hold several lines, or a line with all that is known of it. */
export type LogInput = string | LogLineInit;

/** What an execution and a step have in common. */
export interface Recorded {
  readonly id: string;
  /**
   * Appends to the log. Lines are committed within milliseconds, together with others; ending the step or the
   * execution commits them at the latest.
   * @returns a promise only when too much waits already, and now and then where lines come so fast that the event loop
   * has to go round for them to leave: await it, or `ready`, before logging more
   * @throws `INVALID_ARGUMENT` for text with a lone surrogate, which has no UTF-8 form (bytes may be anything); what
   * makes recording impossible, e.g. `POISONED`, `NOT_OPEN`: told by the first call after a write of lines failed with it,
   * so lines that are logged just after the store was closed are taken, and lost. Close when all has ended.
   */
  log(line: LogInput): void | Promise<void>;
  /** Resolves when there is room to log. */
  readonly ready: Promise<void>;
  /**
   * Keeps a file, by its content.
   * @throws `NOT_FOUND` when there is no such file; `NOT_SUPPORTED` when the recorder has no content store
   */
  artifact(path: string, options?: ArtifactOptions): Promise<Artifact>;
}

/**
 * An execution that is being recorded. Ending it twice is `INVALID_TRANSITION`, and so is a step after its end. `log`,
 * `artifact` and `update` go on to work: what comes late, like a report on the run, is kept, and the end stays as it was.
 */
export interface RecordedExecution extends Recorded {
  /** As it was last submitted. */
  readonly record: Execution;
  /** Begins a step and hands it out. */
  step(init: string | StepOptions): Promise<RecordedStep>;
  /** Records `work` as a step: completed when it returns, failed when it throws; the error goes on to the caller. */
  step<Result>(
    init: string | StepOptions,
    work: (step: RecordedStep) => Result | Promise<Result>,
  ): Promise<Result>;
  /** Changes what is said of it. Metadata is merged, key by key. */
  update(changes: Partial<Pick<Execution, 'name' | 'tags' | 'metadata' | 'user'>>): Promise<void>;
  /**
   * Ends it: completed with exit code 0, which is the default, failed with another, or when a step failed that was
   * begun with `stopOnError`.
   */
  complete(exitCode?: number): Promise<void>;
  /** Ends it as failed; `reason` is usually an error, of which the name and the message are kept. */
  fail(reason?: unknown, options?: { readonly exitCode?: number }): Promise<void>;
  cancel(reason?: string): Promise<void>;
  timeOut(reason?: string): Promise<void>;
}

/**
 * A step that is being recorded. Ending it twice is `INVALID_TRANSITION`; `log`, `artifact` and `update` go on to work, as
 * those of {@link RecordedExecution} do.
 */
export interface RecordedStep extends Recorded {
  /** As it was last submitted. */
  readonly record: Step;
  /** Changes what is said of it. Metadata is merged, key by key. */
  update(changes: Partial<Pick<Step, 'description' | 'estimatedDuration' | 'metadata'>>): Promise<void>;
  complete(exitCode?: number): Promise<void>;
  /** Ends it as failed; `reason` is usually an error, of which the name and the message are kept. */
  fail(reason?: unknown, options?: { readonly exitCode?: number }): Promise<void>;
  cancel(reason?: string): Promise<void>;
  skip(reason?: string): Promise<void>;
}

export interface RecorderOptions {
  /** Where artifacts are kept. Without one, `artifact()` is `NOT_SUPPORTED`. */
  readonly contents?: ContentStore;
  /** The clock, milliseconds since the Unix epoch; fractions are cut off. Default `Date.now`. */
  readonly now?: () => number;
  /** New ids. Default UUIDv7: sorting them sorts by time. */
  readonly newId?: () => string;
  /** Milliseconds that lines may wait for company before they are committed. Default 10. */
  readonly lineDelay?: number;
  /** Bytes of lines that may wait before `log` pushes back. Default 8 MiB. */
  readonly lineBytes?: number;
}
