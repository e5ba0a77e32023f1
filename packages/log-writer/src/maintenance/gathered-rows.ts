import type { Epoch } from '@stepwell/core';
import type { LostSummary, PruneSummary } from '../format/frame-summary.ts';
import { checkFlags } from '../format/line-flags.ts';
import type { LinesFrame } from '../format/lines-frame.ts';
import { compareUtf8 } from '../index/compare-utf8.ts';
import type { LineRun } from '../view/line-run.ts';
import { Slab } from './slab.ts';

/** slab, place in it, number of the first line, lines, epoch, ordinal of the first line. */
const width = 6;

/** The lines of one stream that are in a frame segment, and what else the segment says of it. */
export class GatheredStream {
  readonly name: string;
  readonly lost: { readonly from: number; readonly to: number }[] = [];
  /** The number of the line that follows; `undefined` as long as the segment says of no line or lost one where it belongs. */
  next: number | undefined;
  prunedThrough = 0;
  readonly #slabs: readonly Slab[];
  readonly #cells: number[] = [];

  constructor(name: string, slabs: readonly Slab[]) {
    this.name = name;
    this.#slabs = slabs;
  }

  add(slab: number, at: number, first: number, count: number, epoch: Epoch, ordinal: number): void {
    this.#cells.push(slab, at, first, count, epoch, ordinal);
    this.next = first + count;
  }

  /** What is lost already stays so: recovery may say it twice when it was interrupted. */
  addLost({ from, to }: LostSummary): void {
    const begin = Math.max(from, this.next ?? from);
    if (begin > to) return;
    this.lost.push({ from: begin, to });
    this.next = to + 1;
  }

  /** What is pruned already stays so. */
  addPrune({ through }: PruneSummary): void {
    this.prunedThrough = Math.max(this.prunedThrough, through);
  }

  /** In the order of their numbers. */
  *runs(): Generator<LineRun> {
    for (let cell = 0; cell < this.#cells.length; cell += width) {
      const [slab = 0, at = 0, first = 0, count = 0, epoch = 0, ordinal = 0] = this.#cells.slice(
        cell,
        cell + width,
      );
      const lines = this.#slabs[slab]?.lines(at, count);
      if (lines === undefined) continue;
      yield { ...lines, first, count, epochAt: () => epoch, ordinalAt: (i) => ordinal + i };
    }
  }
}

/**
 * All lines of a frame segment, to be read stream by stream. It takes the bytes of their content, 17 bytes a line, and
 * about 48 for each run of lines of one stream within a frame.
 */
export class GatheredRows {
  /** Of all frames, also of those without lines. */
  lastEpoch: Epoch = 0;
  readonly #slabs: Slab[] = [];
  readonly #streams: Map<string, GatheredStream> = new Map();

  /** Copies the lines of a frame. @throws MalformedError */
  addLines(epoch: Epoch, frame: LinesFrame): void {
    checkFlags(frame.flags);
    const streams = frame.streams.map(({ name }) => this.stream(name));
    const nexts = frame.streams.map(({ first }) => first);
    const at = this.#copy(frame);
    for (const { stream, ordinal, count } of frame.runs) {
      const first = nexts[stream] ?? 0;
      nexts[stream] = first + count;
      streams[stream]?.add(this.#slabs.length - 1, at + ordinal, first, count, epoch, ordinal);
    }
  }

  stream(name: string): GatheredStream {
    const known = this.#streams.get(name);
    if (known !== undefined) return known;
    const stream = new GatheredStream(name, this.#slabs);
    this.#streams.set(name, stream);
    return stream;
  }

  /** In the order of their names as UTF-8. */
  streams(): readonly GatheredStream[] {
    return [...this.#streams.values()].sort((a, b) => compareUtf8(a.name, b.name));
  }

  #copy(frame: LinesFrame): number {
    const known = this.#slabs.at(-1)?.add(frame);
    if (known !== undefined) return known;
    const slab = new Slab(frame);
    this.#slabs.push(slab);
    return slab.add(frame) ?? 0;
  }
}
