import type { Problem } from '@stepwell/core';
import type { SegmentName } from '../format/segment-name.ts';
import type { Pace } from '../maintenance/pace.ts';
import type { LineRun } from '../view/line-run.ts';
import type { SegmentFacts } from './segment-facts.ts';

/** The lines of a file that can be read, stream by stream. */
export interface ReadableRows {
  /** In the order of their numbers. A run is good until the next is asked for. */
  runs(name: string): Iterable<LineRun>;
  close(): void;
}

/** A segment file that was looked at, every byte. */
export interface SurveyedFile {
  readonly file: SegmentName;
  readonly path: string;
  readonly size: number;
  /** What is wrong; empty when it can stay as it is. */
  readonly problems: readonly Problem[];
  readonly facts: SegmentFacts;
  /** Of one of frames: where the last of them ends. Of a sealed one all of it. */
  readonly end: number;
  /** How many lines and streams a sealed one has, that is sound. */
  readonly lines: number;
  /** Of the header; `undefined` when that is damaged. */
  readonly store: string | undefined;
  /** Whether it is of another store: nothing of it is used. */
  readonly isForeign: boolean;
  /** Opens it once more, for what is readable. */
  load(pace: Pace): Promise<ReadableRows>;
}
