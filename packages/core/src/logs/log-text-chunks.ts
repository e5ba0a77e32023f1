const chunkBytes = 64 * 1024;

/** Packs pieces of any length into chunks of one length. */
export class TextChunks {
  #chunk: Buffer = Buffer.allocUnsafeSlow(chunkBytes);
  #length = 0;

  /** The chunks that `piece` fills. */
  add(piece: Uint8Array): Iterable<Uint8Array> {
    // Most pieces are short.
    if (this.#length + piece.length > chunkBytes) return this.#fill(piece);
    this.#chunk.set(piece, this.#length);
    this.#length += piece.length;
    return nothing;
  }

  /** The last one. */
  end(): Iterable<Uint8Array> {
    return this.#length === 0 ? nothing : [this.#chunk.subarray(0, this.#length)];
  }

  *#fill(piece: Uint8Array): Generator<Uint8Array> {
    for (let from = 0; from < piece.length; ) {
      if (this.#length === chunkBytes) {
        yield this.#chunk;
        // Not the same again: who got it may keep it.
        this.#chunk = Buffer.allocUnsafeSlow(chunkBytes);
        this.#length = 0;
      }
      const part = piece.subarray(from, from + chunkBytes - this.#length);
      this.#chunk.set(part, this.#length);
      this.#length += part.length;
      from += part.length;
    }
  }
}

const nothing: Iterable<Uint8Array> = [];
