import type { SealedSegmentEntry } from '../format/manifest.ts';
import type { SealedSegment } from '../sealed/sealed-segment.ts';
import type { SealedStream } from '../sealed/sealed-stream.ts';
import type { SegmentPool } from '../segment/segment-pool.ts';
import type { LineRun, PartSummary } from './line-run.ts';
import type { LostRange, SharedPiece, StreamInSegment } from './stream-in-segment.ts';

/** One stream of a sealed segment that the pool may close, and open again, between two questions. */
export class PooledStream implements StreamInSegment {
  readonly next: number;
  readonly bytes: number;
  readonly firstAt: number | null;
  readonly lastAt: number | null;
  readonly lost: readonly LostRange[];
  readonly prunedThrough: number;
  readonly parts: number;
  readonly #name: string;
  readonly #pool: SegmentPool;
  readonly #entry: SealedSegmentEntry;
  #segment: SealedSegment;
  #stream: SealedStream;

  private constructor(
    stream: SealedStream,
    segment: SealedSegment,
    pool: SegmentPool,
    entry: SealedSegmentEntry,
  ) {
    this.#name = stream.name;
    this.#stream = stream;
    this.#segment = segment;
    this.#pool = pool;
    this.#entry = entry;
    this.next = stream.next;
    this.bytes = stream.bytes;
    this.firstAt = stream.firstAt;
    this.lastAt = stream.lastAt;
    this.lost = stream.lost;
    this.prunedThrough = stream.prunedThrough;
    this.parts = stream.parts;
  }

  /** `undefined` when the segment does not know the stream. @throws `CORRUPT IO` */
  static find(name: string, pool: SegmentPool, entry: SealedSegmentEntry): PooledStream | undefined {
    const segment = pool.sealed(entry);
    const stream = segment.stream(name);
    return stream && new PooledStream(stream, segment, pool, entry);
  }

  part(i: number): PartSummary {
    return this.#use().part(i);
  }

  partOf(number: number): number {
    return this.#use().partOf(number);
  }

  runs(i: number): readonly LineRun[] {
    return this.#use().runs(i);
  }

  pieceOf(i: number): SharedPiece {
    return { of: this.#entry, at: this.#use().blockOf(i) };
  }

  ahead(i: number): Promise<void> | undefined {
    try {
      return this.#use().ahead(i);
    } catch {
      // Whoever reads the part is told, if it is still so by then.
      return undefined;
    }
  }

  #use(): SealedStream {
    const segment = this.#pool.sealed(this.#entry);
    if (segment !== this.#segment) {
      const stream = segment.stream(this.#name);
      if (stream === undefined) throw new Error(`${segment.path} changed while it was read`);
      this.#segment = segment;
      this.#stream = stream;
    }
    return this.#stream;
  }
}
