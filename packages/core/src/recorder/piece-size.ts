/**
 * The least that leaves at a time, in bytes: enough that a commit costs each line little, and few enough that encoding,
 * checksum and write may find them in the caches of a processor. Not measured on a quiet machine.
 */
const leastBytes = 1024 * 1024;

/**
 * How many bytes of lines leave at a time. It grows while the store takes longer for a piece than the next one takes to
 * gather: then fewer syncs cost less, and half of the bound is on its way while the other half gathers.
 */
export class PieceSize {
  readonly least: number;
  readonly #most: number;
  #bytes: number;

  /** `maxBytes`: of lines that wait, and of those on their way, together. */
  constructor(maxBytes: number) {
    this.least = Math.min(leastBytes, maxBytes);
    this.#most = Math.max(this.least, Math.floor(maxBytes / 2));
    this.#bytes = this.least;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** A piece has arrived, and so many bytes have gathered meanwhile. */
  observe(gathered: number): void {
    if (gathered >= this.#bytes) this.#bytes = Math.min(2 * this.#bytes, this.#most);
    else if (gathered < this.#bytes / 2) this.#bytes = Math.max(Math.floor(this.#bytes / 2), this.least);
  }
}
