import type { Epoch } from '@stepwell/core';
import type { LostSummary, PruneSummary, StreamSummary } from '../format/frame-summary.ts';
import { segmentHeaderBytes } from '../format/segment-header.ts';
import { compareUtf8 } from './compare-utf8.ts';
import { type FramePlace, FrameTable } from './frame-table.ts';
import type { SegmentIndex } from './segment-index.ts';
import { StreamIndex } from './stream-index.ts';

/**
 * Where every line of one frame segment is, in memory: about 32 bytes a frame and 56 for each stream in it. It only grows,
 * and epochs only rise in it, so that a frozen view of it is the epoch up to which it is looked at.
 */
export class FrameIndex implements SegmentIndex {
  readonly id: number;
  readonly frames: FrameTable;
  readonly streams: Map<string, StreamIndex> = new Map();
  #lines = 0;
  /** Behind the last frame that is indexed. */
  #end: number = segmentHeaderBytes;
  #synced = 0;

  constructor(id: number) {
    this.id = id;
    this.frames = new FrameTable(id);
  }

  /** How many bytes of the segment are indexed; behind them the next frame stands, or belongs. */
  get end(): number {
    return this.#end;
  }

  /** The durable mark of the segment, as its frames tell it. */
  get synced(): number {
    return this.#synced;
  }

  get lastEpoch(): Epoch {
    return this.frames.lastEpoch;
  }

  get lines(): number {
    return this.#lines;
  }

  get frameCount(): number {
    return this.frames.count;
  }

  get streamCount(): number {
    return this.streams.size;
  }

  countUpTo(epoch: Epoch): number {
    return this.frames.countUpTo(epoch);
  }

  placeOf(frame: number): FramePlace {
    return this.frames.at(frame);
  }

  stream(name: string): StreamIndex | undefined {
    return this.streams.get(name);
  }

  names(): readonly string[] {
    return [...this.streams.keys()].sort(compareUtf8);
  }

  *prunes(): Generator<readonly [name: string, through: number]> {
    for (const [name, stream] of this.streams) {
      const through = stream.prunedIn(Number.POSITIVE_INFINITY);
      if (through > 0) yield [name, through];
    }
  }

  addLines(place: FramePlace, streams: readonly StreamSummary[], prunes: readonly PruneSummary[]): void {
    const frame = this.#add(place);
    for (const stream of streams) {
      this.#streamOf(stream.name).add(frame, stream);
      this.#lines += stream.count;
    }
    for (const prune of prunes) this.#streamOf(prune.name).addPrune(frame, prune);
  }

  addLost(place: FramePlace, lost: readonly LostSummary[]): void {
    const frame = this.#add(place);
    for (const range of lost) this.#streamOf(range.name).addLost(frame, range);
  }

  /** A frame says that so many bytes of the segment were on the device when it was written. */
  noteSynced(synced: number): void {
    this.#synced = Math.max(this.#synced, synced);
  }

  /** Goes over an index that stands among the frames: what a roll left that did not come to its end. */
  skip(bytes: number): void {
    this.#end += bytes;
  }

  /** A place without a length is no frame: what a reader only remembers. */
  #add(place: FramePlace): number {
    if (place.length > 0) this.#end = place.offset + place.length;
    return this.frames.add(place);
  }

  #streamOf(name: string): StreamIndex {
    const known = this.streams.get(name);
    if (known !== undefined) return known;
    const stream = new StreamIndex();
    this.streams.set(name, stream);
    return stream;
  }
}
