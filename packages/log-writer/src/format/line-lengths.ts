import type { ByteWriter } from './byte-writer.ts';

/** Text is joined up to so many UTF-16 units before it is encoded: one call for hundreds of lines, not one for each. */
const joinedUnits = 64 * 1024;

/** Some lines of a list. */
interface Stretch {
  readonly list: readonly (string | number)[];
  readonly from: number;
  to: number;
}

/** The lengths in bytes of the lines of a frame, by ordinal, and the text that is not encoded yet. */
export class LineLengths {
  #lengths = new Float64Array(1024);
  #count = 0;
  /** Lines that wait to be encoded: the last ones. Their lengths are those in UTF-16 units for now. */
  #waiting: Stretch[] = [];
  #joined = '';

  reset(): void {
    this.#count = 0;
    this.#waiting = [];
    this.#joined = '';
  }

  /**
   * Adds the lines of `list` from one place to another, or to the first that is no text, and answers where it ended. They
   * are written to `writer` at the latest by {@link settle}.
   */
  addTexts(writer: ByteWriter, list: readonly (string | number)[], from: number, to: number): number {
    this.#reserve(to - from);
    const lengths = this.#lengths;
    let begin = from;
    let joined = this.#joined;
    let i = from;
    for (; i < to; i++) {
      const text = list[i];
      if (typeof text !== 'string') break;
      joined += text;
      lengths[this.#count++] = text.length;
      if (joined.length < joinedUnits) continue;
      this.#joined = joined;
      this.#wait(list, begin, i + 1);
      this.settle(writer);
      joined = '';
      begin = i + 1;
    }
    this.#joined = joined;
    this.#wait(list, begin, i);
    return i;
  }

  /** Adds a line that somebody else writes, once the text before it is {@link settle}d. */
  addBytes(length: number): void {
    this.#reserve(1);
    this.#lengths[this.#count++] = length;
  }

  /** Writes the text that waits. */
  settle(writer: ByteWriter): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    const written = writer.utf8(this.#joined);
    // As many bytes as units: all of it is ASCII, and the lengths are right without another look at the lines.
    if (written !== this.#joined.length) this.#measure(waiting);
    this.#waiting = [];
    this.#joined = '';
  }

  sum(from: number, to: number): number {
    let sum = 0;
    for (let i = from; i < to; i++) sum += this.#lengths[i] ?? 0;
    return sum;
  }

  write(writer: ByteWriter): void {
    writer.varints(this.#lengths, this.#count);
  }

  #wait(list: readonly (string | number)[], from: number, to: number): void {
    if (from === to) return;
    const last = this.#waiting.at(-1);
    // Ops that were gathered together share a list: all of them are one stretch.
    if (last?.list === list && last.to === from) last.to = to;
    else this.#waiting.push({ list, from, to });
  }

  #measure(waiting: readonly Stretch[]): void {
    let ordinal = this.#count - waiting.reduce((lines, { from, to }) => lines + to - from, 0);
    for (const { list, from, to } of waiting) {
      for (let i = from; i < to; i++) this.#lengths[ordinal++] = Buffer.byteLength(String(list[i]));
    }
  }

  #reserve(lines: number): void {
    const needed = this.#count + lines;
    if (needed <= this.#lengths.length) return;
    const larger = new Float64Array(Math.max(needed, 2 * this.#lengths.length));
    larger.set(this.#lengths);
    this.#lengths = larger;
  }
}
