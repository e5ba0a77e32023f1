import type { Descriptor, FileSystem } from '../file-system/file-system.ts';
import { attempt, openExisting, readFully } from '../segment/file-calls.ts';

const chunkBytes = 1024 * 1024;

/** A file whose bytes are looked at whatever they are. Every failure leaves typed. */
export class RawFile {
  readonly path: string;
  readonly size: number;
  readonly #fs: FileSystem;
  readonly #file: Descriptor;

  constructor(fs: FileSystem, path: string) {
    this.path = path;
    this.#fs = fs;
    this.#file = openExisting(fs, path, 'read');
    this.size = attempt('cannot tell the size of', path, () => fs.size(this.#file), true);
  }

  /** Fewer bytes where the file ends. */
  read(position: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(length, this.size - position)));
    return bytes.subarray(0, readFully(this.#fs, this.path, this.#file, bytes, position));
  }

  /** Where one of `magics`, of four bytes each that begin alike, stands next at or behind `from`; the size if nowhere. */
  find(magics: readonly Buffer[], from: number): number {
    const begin = magics[0]?.subarray(0, 2) ?? Buffer.alloc(0);
    for (let position = from; position + 4 <= this.size; ) {
      const chunk = this.read(position, chunkBytes);
      let at = chunk.indexOf(begin);
      while (at >= 0) {
        const four = chunk.subarray(at, at + 4);
        if (magics.some((magic) => magic.equals(four))) return position + at;
        at = chunk.indexOf(begin, at + 1);
      }
      if (chunk.length < 4) break;
      // One that lies across the end of the chunk is found at the beginning of the next.
      position += chunk.length - 3;
    }
    return this.size;
  }

  close(): void {
    attempt('cannot close', this.path, () => this.#fs.close(this.#file));
  }
}
