/** A line of what passes, or a piece of one. */
export interface SplitLine {
  /** Without its `\n`; a `\r` before that stays. May lie in the chunk that was pushed: use it before that is reused. */
  readonly content: Uint8Array;
  /** False for what ended without `\n`: the last line, or a piece of an overlong one. */
  readonly terminated: boolean;
}

const lineFeed = 0x0a;

/**
 * Cuts bytes into lines, wherever the chunks begin and end. `\n` is never a part of another UTF-8 character, so nothing is
 * decoded. The pieces, put together with their line ends, are the bytes that went in.
 */
export class LineSplitter {
  readonly #maxLine: number;
  /** The beginning of a line whose end has not come. It grows by doubling, since a line may come byte by byte. */
  #held: Buffer = Buffer.alloc(0);
  #heldBytes = 0;

  /** @param maxLine a line of more bytes comes in pieces */
  constructor(maxLine: number) {
    this.#maxLine = maxLine;
  }

  /** The lines that `chunk` completes. What it leaves unfinished is held until the next one. */
  *push(chunk: Buffer): Generator<SplitLine> {
    let from = 0;
    for (;;) {
      const end = chunk.indexOf(lineFeed, from);
      if (end === -1) break;
      yield* this.#pieces(this.#join(chunk.subarray(from, end)), true);
      from = end + 1;
    }
    this.#hold(chunk.subarray(from));
    if (this.#heldBytes > this.#maxLine) yield* this.#cut();
  }

  /** What is left when no more comes. */
  *end(): Generator<SplitLine> {
    const rest = this.#release();
    if (rest.length > 0) yield { content: rest, terminated: false };
  }

  #join(last: Buffer): Buffer {
    if (this.#heldBytes === 0) return last;
    this.#hold(last);
    return this.#release();
  }

  /** Gives full pieces away and holds the rest. */
  *#cut(): Generator<SplitLine> {
    const pieces = [...this.#pieces(this.#release(), false)];
    const rest = pieces.pop();
    yield* pieces;
    if (rest !== undefined) this.#hold(rest.content);
  }

  *#pieces(content: Buffer, terminated: boolean): Generator<SplitLine> {
    let rest = content;
    while (rest.length > this.#maxLine) {
      const end = characterBoundary(rest, this.#maxLine);
      yield { content: rest.subarray(0, end), terminated: false };
      rest = rest.subarray(end);
    }
    yield { content: rest, terminated };
  }

  #hold(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const needed = this.#heldBytes + bytes.length;
    if (needed > this.#held.length) {
      const larger = Buffer.allocUnsafe(Math.max(256, needed, 2 * this.#held.length));
      this.#held.copy(larger, 0, 0, this.#heldBytes);
      this.#held = larger;
    }
    this.#held.set(bytes, this.#heldBytes);
    this.#heldBytes = needed;
  }

  /** What is held, in a buffer that is not written to any more. */
  #release(): Buffer {
    const bytes = this.#held.subarray(0, this.#heldBytes);
    this.#held = Buffer.alloc(0);
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
