import type { ByteWriter } from './byte-writer.ts';

/** Text is joined up to so many UTF-16 units before it is encoded: one call for hundreds of lines, not one for each. */
const joinedUnits = 64 * 1024;

/** The lengths in bytes of the lines of a frame, by ordinal, and the text that is not encoded yet. */
export class LineLengths {
  #lengths = new Float64Array(1024);
  #count = 0;
  /** Lines that wait to be encoded: the last ones. Their lengths are those in UTF-16 units for now. */
  #texts: string[] = [];
  #joined = '';

  reset(): void {
    this.#count = 0;
    this.#texts = [];
    this.#joined = '';
  }

  /** Adds a line of text, which is written to `writer` at the latest by {@link settle}. */
  addText(writer: ByteWriter, text: string): void {
    this.#joined += text;
    this.#texts.push(text);
    this.#add(text.length);
    if (this.#joined.length >= joinedUnits) this.settle(writer);
  }

  /** Adds a line that somebody else writes, once the text before it is {@link settle}d. */
  addBytes(length: number): void {
    this.#add(length);
  }

  /** Writes the text that waits. */
  settle(writer: ByteWriter): void {
    const texts = this.#texts;
    if (texts.length === 0) return;
    const written = writer.utf8(this.#joined);
    // As many bytes as units: all of it is ASCII, and the lengths are right without another look at the lines.
    if (written !== this.#joined.length) {
      const first = this.#count - texts.length;
      for (let i = 0; i < texts.length; i++) this.#lengths[first + i] = Buffer.byteLength(texts[i] ?? '');
    }
    this.#texts = [];
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

  #add(length: number): void {
    if (this.#count === this.#lengths.length) {
      const larger = new Float64Array(2 * this.#count);
      larger.set(this.#lengths);
      this.#lengths = larger;
    }
    this.#lengths[this.#count++] = length;
  }
}
