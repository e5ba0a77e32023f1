import type { StreamEntry } from '../format/segment-index-directory.ts';
import type { IndexedStream, StreamPart } from '../index/segment-index.ts';
import type { StreamIndex } from '../index/stream-index.ts';

/** One stream of a stored index: what the directory says is there at once, its parts are read when they are asked for. */
export class StoredStream implements IndexedStream {
  readonly #entry: StreamEntry;
  /** All frames of the segment. */
  readonly #frames: number;
  readonly #parts: () => StreamIndex;

  constructor(entry: StreamEntry, frames: number, parts: () => StreamIndex) {
    this.#entry = entry;
    this.#frames = frames;
    this.#parts = parts;
  }

  get next(): number | undefined {
    return this.#entry.next;
  }

  get firstAt(): number | null {
    return this.#entry.firstAt;
  }

  partsIn(frames: number): number {
    return frames >= this.#frames ? this.#entry.parts : this.#parts().partsIn(frames);
  }

  partOf(number: number): number {
    return this.#parts().partOf(number);
  }

  part(part: number): StreamPart {
    return this.#parts().part(part);
  }

  lastAtOf(parts: number): number | null {
    return parts === this.#entry.parts ? this.#entry.lastAt : this.#parts().lastAtOf(parts);
  }

  bytesUpTo(parts: number): number {
    return parts === this.#entry.parts ? this.#entry.bytes : this.#parts().bytesUpTo(parts);
  }

  lostIn(frames: number): { readonly from: number; readonly to: number }[] {
    return this.#entry.lost.filter(({ frame }) => frame < frames).map(({ from, to }) => ({ from, to }));
  }

  prunedIn(frames: number): number {
    return this.#entry.prunes.findLast(({ frame }) => frame < frames)?.through ?? 0;
  }
}
