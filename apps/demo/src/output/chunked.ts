import { print } from './print.ts';

/** How much is written at once: a system call for every line would cost more than reading it. Bytes. */
const chunkBytes = 65_536;

/** Writes many small pieces to stdout in large ones. */
export class ChunkedOutput {
  #pieces: Uint8Array[] = [];
  #bytes = 0;

  /** Answers a promise when it has to be waited for. @throws ReaderGone */
  write(piece: Uint8Array | string): void | Promise<void> {
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
    this.#pieces.push(bytes);
    this.#bytes += bytes.length;
    if (this.#bytes >= chunkBytes) return this.flush();
  }

  /** @throws ReaderGone */
  async flush(): Promise<void> {
    if (this.#bytes === 0) return;
    const bytes = Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#bytes = 0;
    await print(bytes);
  }
}
