import type { Epoch } from '@stepwell/core';
import type { LostSummary, PruneSummary, StreamSummary } from '../format/frame-summary.ts';
import { MalformedError } from '../format/malformed-error.ts';
import type { FrameSegmentEntry, SealedSegmentEntry } from '../format/manifest.ts';
import { FrameIndex } from './frame-index.ts';
import type { FramePlace } from './frame-table.ts';
import type { SegmentIndex } from './segment-index.ts';

/** A frame segment of a log. */
export interface FrameSegment extends FrameSegmentEntry {
  /** Shared by all who know of the segment: whoever reads on does so for everybody. Complete segments tell it themselves. */
  readonly index: SegmentIndex;
}

/** Of a sealed segment nothing is in memory but what the manifest says. */
export type LogSegment = FrameSegment | SealedSegmentEntry;

/**
 * The segments of a log in the order of their epochs, as one manifest names them: sealed ones, then those of frames. The
 * list never changes; the indexes in it grow.
 */
export class LogIndex {
  readonly segments: readonly LogSegment[];
  readonly framed: readonly FrameSegment[];
  /** The newest first: whoever looks for the end of a stream finds it soon. */
  readonly sealed: readonly SealedSegmentEntry[];

  constructor(segments: readonly LogSegment[]) {
    this.segments = segments;
    this.framed = segments.filter((segment) => segment.kind === 'frames');
    this.sealed = segments.filter((segment) => segment.kind === 'sealed').reverse();
  }

  /** Of the segment that is appended to. */
  get active(): FrameIndex {
    return this.#scanned(this.framed.length - 1);
  }

  get lastEpoch(): Epoch {
    return this.#epochBefore(this.framed.length);
  }

  /** The last commit that can not be cut any more; 0 for none. */
  get sealedUpTo(): Epoch {
    return this.sealed[0]?.lastEpoch ?? 0;
  }

  get frames(): number {
    return this.framed.reduce((sum, { index }) => sum + index.frameCount, 0);
  }

  get lines(): number {
    const sealed = this.sealed.reduce((sum, { lines }) => sum + lines, 0);
    return this.framed.reduce((sum, { index }) => sum + index.lines, sealed);
  }

  /** The last frame segment of which something is indexed. */
  get newest(): SegmentIndex {
    return this.framed.findLast(({ index }) => index.frameCount > 0)?.index ?? this.active;
  }

  /** The number of the next line of a stream, as the frame segments know it, the newest first. @throws `CORRUPT IO` */
  nextNumber(stream: string): number | undefined {
    for (let i = this.framed.length - 1; i >= 0; i--) {
      const next = this.framed[i]?.index.stream(stream)?.next;
      if (next !== undefined) return next;
    }
    return undefined;
  }

  /** The last line of a stream that the frame segments prune; 0 for none. @throws `CORRUPT IO` */
  prunedThrough(stream: string): number {
    return this.framed.reduce((through, { index, summary }) => {
      if (summary?.prunes === 0) return through;
      return Math.max(through, index.stream(stream)?.prunedIn(Infinity) ?? 0);
    }, 0);
  }

  /**
   * Adds a frame of the frame segment in place `at`. Of a stream that only segments know of which are not in memory, the
   * numbers are not checked: opening a log reads none of them.
   * @throws MalformedError, and nothing is added, when it cannot follow those before it
   */
  addLines(
    at: number,
    place: FramePlace,
    streams: readonly StreamSummary[],
    prunes: readonly PruneSummary[],
  ): void {
    const before = this.#epochBefore(at + 1);
    if (place.epoch <= before) throw new MalformedError(`epoch ${place.epoch} follows ${before}`);
    for (const { name, first, count } of streams) {
      const next = this.#nextScanned(at, name) ?? (this.#isAllScanned(at) ? 1 : first);
      if (first !== next || first < 1 || count < 1) {
        throw new MalformedError(`line ${first} of ${JSON.stringify(name)} stands where ${next} belongs`);
      }
    }
    this.#scanned(at).addLines(place, streams, prunes);
  }

  /** The same for a frame of lost ranges. */
  addLost(at: number, place: FramePlace, lost: readonly LostSummary[]): void {
    const before = this.#epochBefore(at + 1);
    if (place.epoch < before) throw new MalformedError(`epoch ${place.epoch} follows ${before}`);
    const added = lost.map(({ name, from, to }) => {
      return { name, from: Math.max(from, this.#nextScanned(at, name) ?? from), to };
    });
    this.#scanned(at).addLost(place, added);
  }

  /** The last epoch in front of frame segment `count`. */
  #epochBefore(count: number): Epoch {
    for (let i = count - 1; i >= 0; i--) {
      const epoch = this.framed[i]?.index.lastEpoch ?? 0;
      if (epoch > 0) return epoch;
    }
    return this.sealedUpTo;
  }

  /** The number of the next line, as the frame segments up to place `at` know it that are in memory, back to one that is not. */
  #nextScanned(at: number, stream: string): number | undefined {
    for (let i = at; i >= 0; i--) {
      const index = this.framed[i]?.index;
      if (!(index instanceof FrameIndex)) return undefined;
      const next = index.streams.get(stream)?.next;
      if (next !== undefined) return next;
    }
    return undefined;
  }

  /** Whether all that stands before the end of frame segment `at` is in memory. */
  #isAllScanned(at: number): boolean {
    if (this.sealed.length > 0) return false;
    return this.framed.slice(0, at + 1).every(({ index }) => index instanceof FrameIndex);
  }

  #scanned(at: number): FrameIndex {
    const index = this.framed[at]?.index;
    if (index instanceof FrameIndex) return index;
    throw new Error('frames are added only to a segment that is read frame by frame');
  }
}
