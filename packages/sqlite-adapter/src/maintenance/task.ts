import type { Problem } from '@stepwell/core';

/** How far the write-ahead log has been written back, in frames of one page each. */
export interface CheckpointResult {
  /** Whether somebody was in the way of what was asked. */
  readonly busy: boolean;
  /** Frames in the log. */
  readonly frames: number;
  /** Of these, how many are in the database too. */
  readonly checkpointed: number;
}

/** A query that gives one text per problem; nothing when all is well. */
export interface Check {
  /** The id of the problems that it finds. */
  readonly id: string;
  readonly where: string;
  readonly sql: string;
}

/** What the maintenance thread is asked to do, and what it answers. Plain data: it crosses between threads. */
export interface Tasks {
  readonly checkpoint: {
    /** `PASSIVE` waits for nobody; `TRUNCATE` also empties the log, if no reader is in it at that moment. */
    readonly input: { readonly mode: 'PASSIVE' | 'TRUNCATE' };
    readonly output: CheckpointResult;
  };
  readonly verify: {
    readonly input: { readonly checks: readonly Check[] };
    readonly output: readonly Problem[];
  };
  readonly optimize: { readonly input: Record<never, never>; readonly output: undefined };
  /** Writes a copy to a path that does not exist, and syncs it. */
  readonly copy: { readonly input: { readonly destination: string }; readonly output: undefined };
}

export type TaskName = keyof Tasks;

export interface TaskRequest<Name extends TaskName = TaskName> {
  readonly id: number;
  readonly name: Name;
  readonly input: Tasks[Name]['input'];
}

export type TaskReply =
  | { readonly id: number; readonly output: unknown }
  | { readonly id: number; readonly error: TaskFailure };

/** A typed error on its way between threads, where classes do not survive. */
export interface TaskFailure {
  readonly code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** What the thread has to know about its database. */
export interface ThreadData {
  readonly path: string;
  readonly cacheKiB: number;
  /** Milliseconds. */
  readonly busyWait: number;
}
