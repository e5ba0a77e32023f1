import type { Epoch } from '@stepwell/core';
import type { Compression } from '../format/sealed-codec.ts';

/** A segment file, and how long it is. */
export interface SegmentInput {
  readonly id: number;
  readonly bytes: number;
}

/** Of each stream that was pruned, the number of the last line that went. */
export type Prunes = ReadonlyMap<string, number>;

/** Makes a sealed segment of a complete frame segment. */
export interface SealJob {
  readonly kind: 'seal';
  readonly input: SegmentInput;
  /** The sealed segments before it: they know where a stream stands of which this one says only what was pruned. */
  readonly earlier: readonly SegmentInput[];
  /** The id of the segment that is made. */
  readonly output: number;
  /** What was pruned, by frames of this segment and of all later ones, and is never taken back. */
  readonly prunes: Prunes;
}

/** Makes one sealed segment of neighbouring ones. */
export interface MergeJob {
  readonly kind: 'merge';
  readonly inputs: readonly SegmentInput[];
  /** Of the last of them, as the manifest says. */
  readonly lastEpoch: Epoch;
  /** The sealed segments behind them: what these pruned is dropped. */
  readonly later: readonly SegmentInput[];
  readonly output: number;
  /** The same of frames. */
  readonly prunes: Prunes;
}

/** Counts how many lines of sealed segments were pruned. */
export interface SurveyJob {
  readonly kind: 'survey';
  readonly segments: readonly SegmentInput[];
  readonly prunes: Prunes;
}

/** What a job made. */
export interface SealedOutput {
  /** The last commit of what it was made from, whether or not lines of it are left. */
  readonly lastEpoch: Epoch;
  readonly bytes: number;
  readonly lines: number;
  readonly streams: number;
  /** Lines that were pruned, and are not in it. */
  readonly dropped: number;
}

/** Lines that were pruned, of each segment of a survey. */
export type Survey = readonly { readonly id: number; readonly lines: number; readonly pruned: number }[];

/** What is needed to know to do any job. Plain data, like the jobs: it crosses between threads. */
export interface CompactionPlace {
  readonly directory: string;
  /** The UUID of the store. */
  readonly store: string;
  readonly compression: Compression;
}

export type Job = SealJob | MergeJob | SurveyJob;

/** Does jobs, one at a time: in this thread, or in one of its own. */
export interface JobRunner {
  /** Writes a sealed segment. @throws `ABORTED` when `signal` fires; `CORRUPT NO_SPACE IO`. Then nothing is left of it */
  make(job: SealJob | MergeJob, signal: AbortSignal): Promise<SealedOutput>;
  /** @throws `ABORTED` when `signal` fires; `CORRUPT IO` */
  survey(job: SurveyJob, signal: AbortSignal): Promise<Survey>;
  /** Whether to work on without a rest. */
  hurry(on: boolean): void;
  /** Somebody waits from now on: the process must not end before the work does. */
  hold(): void;
  /** Ends it, once nothing is under way. Idempotent. */
  close(): Promise<void>;
}
