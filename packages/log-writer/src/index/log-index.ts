import type { Epoch } from '@stepwell/core';
import type { LostSummary, PruneSummary, StreamSummary } from '../format/frame-summary.ts';
import { MalformedError } from '../format/malformed-error.ts';
import type { FrameIndex } from './frame-index.ts';
import type { FramePlace } from './frame-table.ts';

/** A frame segment of a log. */
export interface FrameSegment {
  readonly id: number;
  /** How many bytes of it were on the device when the manifest was written: of all but the last, all of them. */
  readonly bytes: number;
  /** Shared by all who know of the segment: whoever reads on does so for everybody. */
  readonly index: FrameIndex;
}

/** The segments of a log in the order of their epochs, as one manifest names them. The list never changes; its indexes grow. */
export class LogIndex {
  readonly segments: readonly FrameSegment[];

  constructor(segments: readonly FrameSegment[]) {
    this.segments = segments;
  }

  /** Of the segment that is appended to. */
  get active(): FrameIndex {
    const segment = this.segments.at(-1);
    if (segment === undefined) throw new Error('a log has at least one segment');
    return segment.index;
  }

  get lastEpoch(): Epoch {
    return this.#epochBefore(this.segments.length);
  }

  get frames(): number {
    return this.segments.reduce((sum, { index }) => sum + index.frames.count, 0);
  }

  get lines(): number {
    return this.segments.reduce((sum, { index }) => sum + index.lines, 0);
  }

  /** The last segment of which something is indexed. */
  get newest(): FrameIndex {
    return this.segments.findLast(({ index }) => index.frames.count > 0)?.index ?? this.active;
  }

  nextNumber(stream: string): number {
    return this.#nextBefore(this.segments.length, stream) ?? 1;
  }

  /** The last line of a stream that is pruned; 0 for none. */
  prunedThrough(stream: string): number {
    return this.segments.reduce((through, { index }) => {
      return Math.max(through, index.streams.get(stream)?.prunedIn(Infinity) ?? 0);
    }, 0);
  }

  /**
   * Adds a frame of the segment in place `at`.
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
      const next = this.#nextBefore(at + 1, name) ?? 1;
      if (first !== next || count < 1) {
        throw new MalformedError(`line ${first} of ${JSON.stringify(name)} stands where ${next} belongs`);
      }
    }
    this.segments[at]?.index.addLines(place, streams, prunes);
  }

  /** The same for a frame of lost ranges. */
  addLost(at: number, place: FramePlace, lost: readonly LostSummary[]): void {
    const before = this.#epochBefore(at + 1);
    if (place.epoch < before) throw new MalformedError(`epoch ${place.epoch} follows ${before}`);
    const added = lost.map(({ name, from, to }) => {
      return { name, from: Math.max(from, this.#nextBefore(at + 1, name) ?? from), to };
    });
    this.segments[at]?.index.addLost(place, added);
  }

  /** The last epoch of the first `count` segments. */
  #epochBefore(count: number): Epoch {
    for (let i = count - 1; i >= 0; i--) {
      const epoch = this.segments[i]?.index.lastEpoch ?? 0;
      if (epoch > 0) return epoch;
    }
    return 0;
  }

  /** The number of the next line, as the first `count` segments know it. */
  #nextBefore(count: number, stream: string): number | undefined {
    for (let i = count - 1; i >= 0; i--) {
      const next = this.segments[i]?.index.streams.get(stream)?.next;
      if (next !== undefined) return next;
    }
    return undefined;
  }
}
