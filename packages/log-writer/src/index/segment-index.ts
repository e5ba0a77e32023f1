import type { Epoch } from '@stepwell/core';
import type { FramePlace } from './frame-table.ts';

/** What the index knows of the lines of a stream that are in one frame. */
export interface StreamPart {
  readonly frame: number;
  readonly first: number;
  readonly count: number;
  readonly minAt: number;
  readonly maxAt: number;
}

/** Where the lines of one stream are that are in one frame segment: a part for each frame that has some, in order. */
export interface IndexedStream {
  /** The number of the next line; `undefined` while the segment has neither lines of the stream nor lost ones, but prunes. */
  readonly next: number | undefined;
  readonly firstAt: number | null;
  /** How many parts are in the first `frames` frames. */
  partsIn(frames: number): number;
  /** The first part that has a line numbered `number` or higher. */
  partOf(number: number): number;
  part(part: number): StreamPart;
  /** When the last line of the first `parts` parts was written. */
  lastAtOf(parts: number): number | null;
  /** Content bytes of the first `parts` parts. */
  bytesUpTo(parts: number): number;
  lostIn(frames: number): { readonly from: number; readonly to: number }[];
  /** The last line that the first `frames` frames prune; 0 for none. */
  prunedIn(frames: number): number;
}

/**
 * Where every line of one frame segment is: a `FrameIndex` has all of it in memory, a `StoredIndex` reads it from the end
 * of the segment when it is asked.
 */
export interface SegmentIndex {
  readonly id: number;
  /** How many bytes of the segment are indexed. */
  readonly end: number;
  readonly lastEpoch: Epoch;
  readonly frameCount: number;
  readonly lines: number;
  /** Streams of which it has lines, lost ones or prunes. */
  readonly streamCount: number;
  /** How many frames are of commits up to `epoch`. @throws `CORRUPT IO` */
  countUpTo(epoch: Epoch): number;
  /** Where frame `frame` stands. @throws `CORRUPT IO` */
  placeOf(frame: number): FramePlace;
  /** @throws `CORRUPT IO` */
  stream(name: string): IndexedStream | undefined;
  /** Of the streams, in UTF-8 order. @throws `CORRUPT IO` */
  names(): Iterable<string>;
  /** Streams of which lines are pruned, and the last of these. @throws `CORRUPT IO` */
  prunes(): Iterable<readonly [name: string, through: number]>;
}
