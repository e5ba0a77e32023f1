import type { LinesFrame } from '../format/lines-frame.ts';

/** What is not used of a slab costs nothing: the system gives memory when it is first written to. */
const slabBytes = 4 * 1024 ** 2;
const slabLines = 64 * 1024;

export interface SlabLines {
  readonly content: Buffer;
  readonly starts: Float64Array;
  readonly flags: Uint8Array;
  readonly times: Float64Array;
}

/** Lines of many frames side by side: buffers for each of the frames would take more than they hold. */
export class Slab {
  readonly #content: Buffer;
  /** Of each line where it begins, and of each frame where its last line ends; so a frame takes one place more. */
  readonly #starts: Float64Array;
  readonly #times: Float64Array;
  readonly #flags: Uint8Array;
  #bytes = 0;
  #places = 0;

  /** One that has room for `first`. */
  constructor(first: LinesFrame) {
    const places = Math.max(slabLines, first.starts.length);
    this.#content = Buffer.allocUnsafeSlow(Math.max(slabBytes, first.content.length));
    this.#starts = new Float64Array(places);
    this.#times = new Float64Array(places);
    this.#flags = new Uint8Array(places);
  }

  /** Copies the lines of a frame; answers the place of the first of them, `undefined` without room. @throws MalformedError */
  add(frame: LinesFrame): number | undefined {
    const { starts, times, flags, content } = frame;
    const place = this.#places;
    if (this.#bytes + content.length > this.#content.length || place + starts.length > this.#starts.length) {
      return undefined;
    }
    content.copy(this.#content, this.#bytes);
    for (let i = 0; i < starts.length; i++) this.#starts[place + i] = this.#bytes + (starts[i] ?? 0);
    this.#times.set(times, place);
    this.#flags.set(flags, place);
    this.#bytes += content.length;
    this.#places += starts.length;
    return place;
  }

  /** `count` lines of one frame. */
  lines(at: number, count: number): SlabLines {
    return {
      content: this.#content,
      starts: this.#starts.subarray(at, at + count + 1),
      flags: this.#flags.subarray(at, at + count),
      times: this.#times.subarray(at, at + count),
    };
  }
}
