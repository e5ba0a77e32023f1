/** A buffer this large is not kept for the next frame. */
const keptBytes = 16 * 1024 * 1024;

/** Text this long is looked at before room is made for the most that it can take. */
const longText = 128 * 1024;

/** From so many of the same on, a call that fills with them is worth its cost. */
const manyTimes = 32;

/** A buffer that grows, used again for frame after frame. */
export class ByteWriter {
  #buffer: Buffer = Buffer.allocUnsafeSlow(64 * 1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** What was written so far; overwritten by the next {@link reset}. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Starts again, behind `gap` bytes that the caller fills in later. */
  reset(gap: number): void {
    if (this.#buffer.length > keptBytes) this.#buffer = Buffer.allocUnsafeSlow(64 * 1024);
    this.#length = gap;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#buffer[this.#length++] = value;
  }

  /** A safe integer from 0, seven bits a byte, the lowest first; the top bit says that more follow. */
  varint(value: number): void {
    this.#reserve(8);
    let rest = value;
    while (rest > 0x7fffffff) {
      this.#buffer[this.#length++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    while (rest > 0x7f) {
      this.#buffer[this.#length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#buffer[this.#length++] = rest;
  }

  /** The first `count` of `values`, each a {@link varint}. */
  varints(values: Float64Array, count: number): void {
    this.#reserve(count * 8);
    const buffer = this.#buffer;
    let length = this.#length;
    for (let i = 0; i < count; i++) {
      const value = values[i] ?? 0;
      if (value < 0x80) buffer[length++] = value;
      else if (value < 0x4000) {
        buffer[length++] = (value & 0x7f) | 0x80;
        buffer[length++] = value >>> 7;
      } else {
        this.#length = length;
        this.varint(value);
        length = this.#length;
      }
    }
    this.#length = length;
  }

  /** The same {@link varint}, `count` times. */
  varintTimes(value: number, count: number): void {
    if (count < manyTimes) {
      for (let i = 0; i < count; i++) this.varint(value);
      return;
    }
    const start = this.#length;
    this.varint(value);
    const bytes = this.#length - start;
    this.#reserve(bytes * (count - 1));
    this.#length = start + bytes * count;
    if (bytes === 1) this.#buffer.fill(value, start, this.#length);
    else this.#buffer.fill(this.#buffer.subarray(start, start + bytes), start, this.#length);
  }

  /** The same byte, `count` times. */
  fill(value: number, count: number): void {
    this.#reserve(count);
    if (count < manyTimes) {
      for (let i = 0; i < count; i++) this.#buffer[this.#length++] = value;
      return;
    }
    this.#buffer.fill(value, this.#length, this.#length + count);
    this.#length += count;
  }

  /** Answers how many bytes it took. */
  utf8(text: string): number {
    // The most it can take; for long texts it is worth looking first.
    this.#reserve(text.length < longText ? text.length * 3 : Buffer.byteLength(text));
    const written = this.#buffer.write(text, this.#length, 'utf8');
    this.#length += written;
    return written;
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}
