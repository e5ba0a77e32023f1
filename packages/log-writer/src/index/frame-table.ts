import type { Epoch } from '@stepwell/core';

/** Where a frame stands. */
export interface FramePlace {
  readonly segment: number;
  readonly offset: number;
  /** In bytes, header included. */
  readonly length: number;
  readonly epoch: Epoch;
  /** Its checksum: a frame that was put in the place of another is found out. */
  readonly crc: number;
}

/** The four numbers of a frame stand side by side in one array: an object each would take three times as much. */
export const frameWidth = 4;
const width = frameWidth;

/** The frames of a segment in the order they were written, which is the order of their epochs. */
export class FrameTable {
  readonly #segment: number;
  readonly #cells: number[];

  /** `cells` of frames that are known already. */
  constructor(segment: number, cells: number[] = []) {
    this.#segment = segment;
    this.#cells = cells;
  }

  /** {@link frameWidth} numbers for each frame: offset, length, epoch, checksum. */
  get cells(): readonly number[] {
    return this.#cells;
  }

  get count(): number {
    return this.#cells.length / width;
  }

  /** 0 without a frame. */
  get lastEpoch(): Epoch {
    return this.epochAt(this.count - 1);
  }

  /** Answers the number of the frame, from 0. */
  add(place: FramePlace): number {
    this.#cells.push(place.offset, place.length, place.epoch, place.crc);
    return this.count - 1;
  }

  at(frame: number): FramePlace {
    const cell = frame * width;
    return {
      segment: this.#segment,
      offset: this.#cells[cell] ?? 0,
      length: this.#cells[cell + 1] ?? 0,
      epoch: this.#cells[cell + 2] ?? 0,
      crc: this.#cells[cell + 3] ?? 0,
    };
  }

  epochAt(frame: number): Epoch {
    return this.#cells[frame * width + 2] ?? 0;
  }

  /** How many frames are of commits up to `epoch`. */
  countUpTo(epoch: Epoch): number {
    if (this.lastEpoch <= epoch) return this.count;
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.epochAt(middle) <= epoch) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
