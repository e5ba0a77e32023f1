import type { Epoch } from '@stepwell/core';

/**
 * Neighbouring lines of one stream, as they stand in a frame or in a block: their numbers follow one another, and so do
 * their bytes. Nobody writes to what it shows; it is good until the reader it came from reads again.
 */
export interface LineRun {
  /** The number of its first line. */
  readonly first: number;
  /** At least one. */
  readonly count: number;
  /** The bytes of a whole frame or block, of which the run is a part. */
  readonly content: Buffer;
  /** Where in `content` each of its lines begins; one more than there are lines, for the end of the last. */
  readonly starts: Float64Array;
  /** One byte a line: see `line-flags.ts`. */
  readonly flags: Uint8Array;
  /** Milliseconds since the Unix epoch. May be decoded when first asked for. */
  readonly times: Float64Array;
  /** The commit that wrote line `i` of the run, counted from 0. */
  epochAt(i: number): Epoch;
  /** Its place among the lines of that commit. */
  ordinalAt(i: number): number;
}

/** What can be read in one piece: the lines of a stream that are in one frame, or in one block. */
export interface PartSummary {
  /** The number of its first line. */
  readonly first: number;
  /** Its lines; their numbers follow one another. */
  readonly count: number;
  /** No line of it is earlier or later: lines need not be in order of time. */
  readonly minAt: number;
  readonly maxAt: number;
}
