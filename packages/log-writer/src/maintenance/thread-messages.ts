import type { ErrorCode } from '@stepwell/core';
import type { CompactionPlace, Job, SealedOutput, Survey } from './compaction-job.ts';

/** What the compaction thread is started with. */
export interface ThreadData {
  readonly place: CompactionPlace;
  /** Of its {@link Bridle}. */
  readonly shared: SharedArrayBuffer;
}

export interface JobRequest {
  readonly job: Job;
}

export type JobReply = { readonly result: SealedOutput | Survey } | { readonly error: JobFailure };

/** A typed error on its way between threads, where classes do not survive. */
export interface JobFailure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}
