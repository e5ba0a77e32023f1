import type { LostSummary, PruneSummary, StreamSummary } from '../format/frame-summary.ts';
import type { IndexedStream, StreamPart } from './segment-index.ts';

/** Lines that a frame says are lost. */
export interface LostIn {
  readonly frame: number;
  readonly from: number;
  readonly to: number;
}

/** The last line that a frame prunes. */
export interface PruneIn {
  readonly frame: number;
  readonly through: number;
}

/** frame, first, count, minAt, maxAt, lastAt, content bytes up to and including the part; as in {@link FrameTable}. */
export const partWidth = 7;
const width = partWidth;

const none: readonly never[] = [];

/**
 * Where the lines of one stream are that are in one frame segment: a part for each frame that has some, in the order of
 * their numbers.
 */
export class StreamIndex implements IndexedStream {
  readonly #cells: number[];
  /** Rarely there are any. */
  #lost: readonly LostIn[] = none;
  #prunes: readonly PruneIn[] = none;
  #firstAt: number | null = null;
  #next: number | undefined;

  /** `cells` of parts that are known already. */
  constructor(cells: number[] = []) {
    this.#cells = cells;
  }

  /** {@link partWidth} numbers for each part. */
  get cells(): readonly number[] {
    return this.#cells;
  }

  get lost(): readonly LostIn[] {
    return this.#lost;
  }

  get prunes(): readonly PruneIn[] {
    return this.#prunes;
  }

  /** The number of the next line; `undefined` while the segment has neither lines of the stream nor lost ones, but prunes. */
  get next(): number | undefined {
    return this.#next;
  }

  get firstAt(): number | null {
    return this.#firstAt;
  }

  add(frame: number, part: StreamSummary): void {
    this.#firstAt ??= part.firstAt;
    const bytes = part.bytes + this.bytesUpTo(this.#cells.length / width);
    this.#cells.push(frame, part.first, part.count, part.minAt, part.maxAt, part.lastAt, bytes);
    this.#next = part.first + part.count;
  }

  /** What is lost already stays so: recovery may say it twice when it was interrupted. */
  addLost(frame: number, { from, to }: LostSummary): void {
    const begin = Math.max(from, this.#next ?? from);
    if (begin > to) return;
    this.#lost = [...this.#lost, { frame, from: begin, to }];
    this.#next = to + 1;
  }

  addPrune(frame: number, { through }: PruneSummary): void {
    // What is pruned already stays so.
    if (through > (this.#prunes.at(-1)?.through ?? 0)) this.#prunes = [...this.#prunes, { frame, through }];
  }

  /** How many parts are in the first `frames` frames. */
  partsIn(frames: number): number {
    return this.#search((part) => (this.#cells[part * width] ?? 0) < frames);
  }

  /** The first part that has a line numbered `number` or higher. */
  partOf(number: number): number {
    return this.#search((part) => {
      const cell = part * width;
      return (this.#cells[cell + 1] ?? 0) + (this.#cells[cell + 2] ?? 0) <= number;
    });
  }

  part(part: number): StreamPart {
    const cell = part * width;
    return {
      frame: this.#cells[cell] ?? 0,
      first: this.#cells[cell + 1] ?? 0,
      count: this.#cells[cell + 2] ?? 0,
      minAt: this.#cells[cell + 3] ?? 0,
      maxAt: this.#cells[cell + 4] ?? 0,
    };
  }

  /** When the last line of the first `parts` parts was written. */
  lastAtOf(parts: number): number | null {
    return parts === 0 ? null : (this.#cells[parts * width - 2] ?? null);
  }

  /** Content bytes of the first `parts` parts. */
  bytesUpTo(parts: number): number {
    return parts === 0 ? 0 : (this.#cells[parts * width - 1] ?? 0);
  }

  lostIn(frames: number): { readonly from: number; readonly to: number }[] {
    return this.#lost.filter(({ frame }) => frame < frames).map(({ from, to }) => ({ from, to }));
  }

  /** The last line that the first `frames` frames prune; 0 for none. */
  prunedIn(frames: number): number {
    return this.#prunes.findLast(({ frame }) => frame < frames)?.through ?? 0;
  }

  /** How many parts, from the first, `isBefore` holds for. */
  #search(isBefore: (part: number) => boolean): number {
    let low = 0;
    let high = this.#cells.length / width;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBefore(middle)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
