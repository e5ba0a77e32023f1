/** A line of output, or a piece of one. */
export interface OutputLine {
  /** Without its `\n`; a `\r` before that stays, so that what was printed can be given back byte for byte. */
  readonly content: Uint8Array;
  /** False for what ends without `\n`: the last line of a program, or a piece of an overlong line. */
  readonly terminated: boolean;
  /** False for the second and later pieces of an overlong line, which must not be taken for markers. */
  readonly startsLine: boolean;
}

/** Lines longer than this many bytes come in pieces, so that a program without line ends needs no endless memory. */
const defaultMaxLine = 1024 * 1024;

const lineFeed = 0x0a;

/** Cuts the bytes of one pipe into lines. The pieces, put together with their line ends, are the bytes that went in. */
export class LineSplitter {
  readonly #maxLine: number;
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #startsLine = true;

  constructor(maxLine: number = defaultMaxLine) {
    this.#maxLine = maxLine;
  }

  /** The lines that `chunk` completes. What it leaves unfinished is held until the next one. */
  *push(chunk: Uint8Array): Generator<OutputLine> {
    let from = 0;
    for (;;) {
      const end = chunk.indexOf(lineFeed, from);
      if (end === -1) break;
      yield this.#take(chunk.subarray(from, end), true);
      from = end + 1;
    }
    if (from < chunk.length) this.#hold(chunk.subarray(from));
    while (this.#heldBytes >= this.#maxLine) yield this.#cut();
  }

  /** What is left when the pipe has ended. */
  *end(): Generator<OutputLine> {
    if (this.#heldBytes > 0) yield this.#take(new Uint8Array(), false);
  }

  #hold(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
  }

  #take(last: Uint8Array, terminated: boolean): OutputLine {
    const startsLine = this.#startsLine;
    this.#startsLine = terminated;
    if (this.#heldBytes === 0) return { content: last, terminated, startsLine };
    this.#hold(last);
    return { content: this.#release(), terminated, startsLine };
  }

  #cut(): OutputLine {
    const startsLine = this.#startsLine;
    this.#startsLine = false;
    const bytes = this.#release();
    const end = characterBoundary(bytes, this.#maxLine);
    this.#hold(bytes.subarray(end));
    return { content: bytes.subarray(0, end), terminated: false, startsLine };
  }

  #release(): Uint8Array {
    const [only] = this.#held;
    const bytes = this.#held.length === 1 && only !== undefined ? only : Buffer.concat(this.#held);
    this.#held = [];
    this.#heldBytes = 0;
    return bytes;
  }
}

/** The last place at or before `at` that does not cut a UTF-8 character in two; `at` itself in what is no UTF-8. */
function characterBoundary(bytes: Uint8Array, at: number): number {
  for (let end = at; end > at - 4 && end > 0; end -= 1) {
    if (((bytes[end] ?? 0) & 0xc0) !== 0x80) return end;
  }
  return at;
}
