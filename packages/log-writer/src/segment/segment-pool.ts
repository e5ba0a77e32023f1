import type { FileSystem } from '../file-system/file-system.ts';
import { SealedCache } from '../sealed/sealed-cache.ts';
import { SealedSegment } from '../sealed/sealed-segment.ts';
import { IndexCache } from './index-cache.ts';
import { SegmentFile } from './segment-file.ts';

/** So many segments stay open: 8 GB of logs at the default size. Beyond it the one used longest ago is closed. */
const maxOpen = 128;

/** S10: what is kept of the blocks and directories of sealed segments, all of them together. */
const cacheBytes = 16 * 1024 * 1024;

/** Segments of either kind that are open for reading, opened when they are first needed. */
export class SegmentPool {
  readonly #fs: FileSystem;
  readonly #directory: string;
  readonly #store: string;
  readonly #cache: SealedCache = new SealedCache(cacheBytes);
  /** Of the indexes of complete frame segments. */
  readonly indexes: IndexCache = new IndexCache();
  /** The least recently used first. */
  readonly #open: Map<number, SegmentFile | SealedSegment> = new Map();

  constructor(fs: FileSystem, directory: string, store: string) {
    this.#fs = fs;
    this.#directory = directory;
    this.#store = store;
  }

  /** A segment of frames. Good until the next call: reads are synchronous, so nobody holds on to one. */
  get(id: number): SegmentFile {
    const known = this.#open.get(id);
    const segment =
      known instanceof SegmentFile
        ? known
        : SegmentFile.open(this.#fs, this.#directory, id, this.#store, 'read');
    this.#use(id, segment);
    return segment;
  }

  /** A sealed segment. Good until the next call, and its streams are. */
  sealed({ id, bytes }: { readonly id: number; readonly bytes: number }): SealedSegment {
    const known = this.#open.get(id);
    const segment =
      known instanceof SealedSegment
        ? known
        : SealedSegment.open(this.#fs, this.#directory, id, this.#store, bytes, this.#cache);
    this.#use(id, segment);
    return segment;
  }

  drop(id: number): void {
    this.#open.get(id)?.close();
    this.#open.delete(id);
  }

  close(): void {
    for (const id of [...this.#open.keys()]) this.drop(id);
    this.indexes.clear();
  }

  #use(id: number, segment: SegmentFile | SealedSegment): void {
    this.#open.delete(id);
    this.#open.set(id, segment);
    if (this.#open.size <= maxOpen) return;
    for (const eldest of this.#open.keys()) {
      this.drop(eldest);
      break;
    }
  }
}
