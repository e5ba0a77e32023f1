import type { Epoch } from '@stepwell/core';
import type { LostSummary, StreamSummary } from '../format/frame-summary.ts';
import { MalformedError } from '../format/malformed-error.ts';
import { type FramePlace, FrameTable } from './frame-table.ts';
import { StreamIndex } from './stream-index.ts';

/**
 * Where every line is, in memory: about 40 bytes a frame and 56 for each stream in it. It only grows, so that a frozen
 * view of it is a number: how many of its frames the view may see.
 */
export class LogIndex {
  readonly frames: FrameTable = new FrameTable();
  readonly streams: Map<string, StreamIndex> = new Map();
  #lines = 0;

  get lastEpoch(): Epoch {
    return this.frames.epochAt(this.frames.count - 1);
  }

  get lines(): number {
    return this.#lines;
  }

  nextNumber(stream: string): number {
    return this.streams.get(stream)?.next ?? 1;
  }

  /** @throws MalformedError, and nothing is added, when the frame cannot follow those before it */
  addLines(place: FramePlace, streams: readonly StreamSummary[]): void {
    if (place.epoch <= this.lastEpoch)
      throw new MalformedError(`epoch ${place.epoch} follows ${this.lastEpoch}`);
    for (const { name, first, count } of streams) {
      if (first !== this.nextNumber(name) || count < 1) {
        throw new MalformedError(
          `line ${first} of ${JSON.stringify(name)} stands where ${this.nextNumber(name)} belongs`,
        );
      }
    }
    const frame = this.frames.add(place);
    for (const stream of streams) {
      this.#stream(stream.name).add(frame, stream);
      this.#lines += stream.count;
    }
  }

  addLost(place: FramePlace, lost: readonly LostSummary[]): void {
    if (place.epoch < this.lastEpoch)
      throw new MalformedError(`epoch ${place.epoch} follows ${this.lastEpoch}`);
    const frame = this.frames.add(place);
    for (const range of lost) this.#stream(range.name).addLost(frame, range);
  }

  #stream(name: string): StreamIndex {
    const known = this.streams.get(name);
    if (known !== undefined) return known;
    const stream = new StreamIndex();
    this.streams.set(name, stream);
    return stream;
  }
}
