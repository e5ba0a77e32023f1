import type { FileSystem } from '../file-system/file-system.ts';
import { SegmentFile } from './segment-file.ts';

/** So many segments stay open: 8 GB of logs at the default size. Beyond it the one used longest ago is closed. */
const maxOpen = 128;

/** Segments open for reading, opened when they are first needed. */
export class SegmentPool {
  readonly #fs: FileSystem;
  readonly #directory: string;
  readonly #store: string;
  /** The least recently used first. */
  readonly #open: Map<number, SegmentFile> = new Map();

  constructor(fs: FileSystem, directory: string, store: string) {
    this.#fs = fs;
    this.#directory = directory;
    this.#store = store;
  }

  /** Good until the next call: reads are synchronous, so nobody holds on to one. */
  get(id: number): SegmentFile {
    const segment =
      this.#open.get(id) ?? SegmentFile.open(this.#fs, this.#directory, id, this.#store, 'read');
    this.#open.delete(id);
    this.#open.set(id, segment);
    if (this.#open.size > maxOpen) {
      const [eldest] = this.#open.values();
      if (eldest !== undefined) this.drop(eldest.id);
    }
    return segment;
  }

  drop(id: number): void {
    this.#open.get(id)?.close();
    this.#open.delete(id);
  }

  close(): void {
    for (const id of [...this.#open.keys()]) this.drop(id);
  }
}
