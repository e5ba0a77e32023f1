import { MalformedError } from './malformed-error.ts';

/** Reads what `ByteWriter` wrote, and never past the end of it. */
export class ByteReader {
  readonly #buffer: Buffer;
  #position = 0;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
  }

  get position(): number {
    return this.#position;
  }

  /** Goes to a place that was come by before. */
  set position(position: number) {
    this.#position = position;
  }

  /** @throws MalformedError when something follows what was read */
  end(): void {
    if (this.#position !== this.#buffer.length) throw new MalformedError('bytes follow the end');
  }

  varint(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.#buffer[this.#position++];
      if (byte === undefined) throw new MalformedError('a number runs past the end');
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) break;
      scale *= 128;
      if (scale > Number.MAX_SAFE_INTEGER) throw new MalformedError('a number is too long');
    }
    if (!Number.isSafeInteger(value)) throw new MalformedError('a number is too large');
    return value;
  }

  /** A number with a sign, as `writeSigned` writes it. */
  signed(): number {
    const low = this.#buffer[this.#position++];
    if (low === undefined) throw new MalformedError('a number runs past the end');
    const magnitude = ((low & 0x7f) >>> 1) + (low < 0x80 ? 0 : 64 * this.varint());
    if (magnitude > Number.MAX_SAFE_INTEGER) throw new MalformedError('a number is too large');
    return (low & 1) === 0 ? magnitude : -magnitude;
  }

  /** A number of things that take at least one byte each, so that a wrong one cannot ask for all the memory there is. */
  count(): number {
    const count = this.varint();
    if (count > this.#buffer.length - this.#position)
      throw new MalformedError('a count is larger than its table');
    return count;
  }

  /** The next bytes, not copied. */
  raw(length: number): Buffer {
    const end = this.#position + length;
    if (end > this.#buffer.length) throw new MalformedError('bytes run past the end');
    const bytes = this.#buffer.subarray(this.#position, end);
    this.#position = end;
    return bytes;
  }

  utf8(): string {
    return this.raw(this.varint()).toString('utf8');
  }
}
