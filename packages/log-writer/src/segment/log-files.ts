import type { Epoch, Problem } from '@stepwell/core';
import type { FileSystem } from '../file-system/file-system.ts';
import type { LostSummary, PruneSummary, StreamSummary } from '../format/frame-summary.ts';
import type { FrameSegmentEntry, FrameSummary, Manifest, SealedSegmentEntry } from '../format/manifest.ts';
import { FrameIndex } from '../index/frame-index.ts';
import type { FramePlace } from '../index/frame-table.ts';
import { LogIndex } from '../index/log-index.ts';
import type { SegmentIndex } from '../index/segment-index.ts';
import { verifySealed } from '../sealed/verify-sealed.ts';
import { corrupt } from './corrupt.ts';
import { FrameReader } from './frame-reader.ts';
import { FrameScanner, type Stop } from './frame-scanner.ts';
import { SealedNumbers } from './sealed-numbers.ts';
import { SegmentFile, segmentPath } from './segment-file.ts';
import { SegmentPool } from './segment-pool.ts';
import { StoredIndex } from './stored-index.ts';

/** The files of a log as one handle knows them: the manifest, and an index of every frame up to some place. */
export class LogFiles {
  readonly directory: string;
  readonly pool: SegmentPool;
  readonly #fs: FileSystem;
  readonly #scanner: FrameScanner;
  readonly #sealedNumbers: SealedNumbers;
  #manifest: Manifest;
  #index: LogIndex;
  #spareReader: FrameReader | undefined;

  constructor(fs: FileSystem, directory: string, manifest: Manifest) {
    this.directory = directory;
    this.#fs = fs;
    this.#manifest = manifest;
    this.pool = new SegmentPool(fs, directory, manifest.store);
    this.#scanner = new FrameScanner(this.pool);
    this.#sealedNumbers = new SealedNumbers(this.pool);
    this.#index = this.#indexOf(manifest, new Map());
  }

  get manifest(): Manifest {
    return this.#manifest;
  }

  /** Of the manifest's segments. A pin keeps the one it was given: another manifest brings another. */
  get index(): LogIndex {
    return this.#index;
  }

  /** The segment that is appended to. */
  get active(): FrameSegmentEntry {
    const segment = this.#manifest.segments.at(-1);
    if (segment?.kind !== 'frames')
      throw corrupt(this.directory, 0, 'the manifest names no segment to append to');
    return segment;
  }

  /** How much of the active segment is indexed; behind it the next frame belongs. */
  get end(): number {
    return this.#index.active.end;
  }

  /** Whether the file ends before what was read of it. */
  get isShrunk(): boolean {
    const { id, end } = this.#index.newest;
    return this.pool.get(id).size < end;
  }

  /** So many bytes of the active segment are known to be on the device. */
  get synced(): number {
    return Math.max(this.#index.active.synced, this.active.bytes);
  }

  /**
   * Goes over to another manifest. What is indexed of segments that it still names stays; all is forgotten when something
   * that was indexed went away: the end of the log was cut, or another log is there.
   */
  adopt(manifest: Manifest): void {
    const wentAway = manifest.lineage !== this.#manifest.lineage || this.#isCutBy(manifest);
    this.relabel(manifest);
    if (wentAway) this.rebuild();
  }

  /** Goes over to a manifest that takes away nothing that is indexed. */
  relabel(manifest: Manifest): void {
    const before = this.#index;
    this.#manifest = manifest;
    this.#index = this.#indexOf(manifest, new Map(before.framed.map(({ id, index }) => [id, index])));
    const named = new Set(manifest.segments.map(({ id }) => id));
    // A file that was deleted takes its space until it is closed. Pins that still read it open it again.
    for (const { id } of before.segments) if (!named.has(id)) this.pool.drop(id);
    this.#sealedNumbers.clear();
  }

  /** Forgets the index; pins keep the old one. */
  rebuild(): void {
    this.pool.close();
    this.#index = this.#indexOf(this.#manifest, new Map());
  }

  /** Has those complete segments read frame by frame that go beyond a commit: that is where the log may have to be cut. */
  unfold(limit: Epoch): void {
    const { framed } = this.#index;
    const first = framed.findIndex(({ index }) => index instanceof StoredIndex && index.lastEpoch > limit);
    if (first < 0) return;
    const known = new Map(framed.slice(0, first).map(({ id, index }) => [id, index]));
    this.#index = this.#indexOf(this.#manifest, known, limit);
  }

  /** Indexes the frames that follow in `log`, the handle's own if none is given: see {@link FrameScanner.advance}. */
  advance(limit: Epoch, budget?: number, log: LogIndex = this.#index): Stop {
    return this.#scanner.advance(log, limit, budget);
  }

  /**
   * A reader of frames, for one reading at a time: give it back by {@link returnReader} afterwards. Whoever reads a few lines
   * every moment would else pay more for the memory of its window than for them.
   */
  borrowReader(): FrameReader {
    const reader = this.#spareReader ?? new FrameReader();
    this.#spareReader = undefined;
    // S4: what its window shows may have been taken back since, and something else written in its place.
    reader.forget();
    return reader;
  }

  returnReader(reader: FrameReader): void {
    if (reader.isSmall) this.#spareReader = reader;
  }

  /** The number of the next line of a stream. Reads sealed segments where no other has lines of it. @throws `CORRUPT IO` */
  nextNumber(stream: string): number {
    return this.#index.nextNumber(stream) ?? this.nextSealedNumber(stream);
  }

  /** The same as sealed segments alone know it. @throws `CORRUPT IO` */
  nextSealedNumber(stream: string): number {
    return this.#sealedNumbers.next(stream, this.#index);
  }

  /** The last line of a stream that is pruned; 0 for none. Reads sealed segments. @throws `CORRUPT IO` */
  prunedThrough(stream: string): number {
    return Math.max(
      this.#index.prunedThrough(stream),
      this.#sealedNumbers.prunedThrough(stream, this.#index),
    );
  }

  /** Adds a frame that this handle appended itself. */
  addLines(place: FramePlace, streams: readonly StreamSummary[], prunes: readonly PruneSummary[]): void {
    this.#index.addLines(this.#index.framed.length - 1, place, streams, prunes);
  }

  /** Ranges that recovery found lost. A reader only remembers them; a writer has stored them at `place`. */
  addLost(place: FramePlace, lost: readonly LostSummary[]): void {
    this.#index.addLost(this.#index.framed.length - 1, place, lost);
  }

  /** A segment as it is on disk now, whoever has it open already. To be closed by the caller. @throws `CORRUPT IO` */
  openAnew(segment: number): SegmentFile {
    return SegmentFile.open(this.#fs, this.directory, segment, this.#manifest.store, 'read');
  }

  /** Reads a sealed segment from the disk, every byte: see {@link verifySealed}. */
  verifySealed({ id, bytes }: SealedSegmentEntry): Generator<Problem | undefined, void> {
    return verifySealed(this.#fs, this.directory, id, this.#manifest.store, bytes);
  }

  pathOf(segment: number): string {
    return segmentPath(this.directory, segment);
  }

  close(): void {
    this.pool.close();
  }

  /** Segments whose summary says that they go beyond `limit` are read frame by frame. */
  #indexOf(manifest: Manifest, known: ReadonlyMap<number, SegmentIndex>, limit: Epoch = Infinity): LogIndex {
    return indexOf(manifest, known, (entry, summary) => {
      return summary.lastEpoch > limit
        ? new FrameIndex(entry.id)
        : new StoredIndex(this.pool, entry, summary);
    });
  }

  /** What is sealed was not cut. */
  #isCutBy({ segments }: Manifest): boolean {
    const named = new Set(segments.map(({ id }) => id));
    const sealedUpTo = segments.findLast((segment) => segment.kind === 'sealed')?.lastEpoch ?? 0;
    return this.#index.framed.some(({ id, index }) => index.lastEpoch > sealedUpTo && !named.has(id));
  }
}

/**
 * An index of a manifest's segments, with what is `known` of their frames. Without `store` all of them are to be read
 * frame by frame.
 */
export function indexOf(
  { segments }: Manifest,
  known: ReadonlyMap<number, SegmentIndex>,
  store?: (entry: FrameSegmentEntry, summary: FrameSummary) => SegmentIndex,
): LogIndex {
  const newest = segments.length - 2;
  return new LogIndex(
    segments.map((entry, place) => {
      if (entry.kind === 'sealed') return entry;
      const before = known.get(entry.id);
      // The last one is appended to, whatever is said of it: repair may have made it the last.
      const summary = place <= newest ? entry.summary : undefined;
      if (summary === undefined || store === undefined)
        return { ...entry, index: before instanceof FrameIndex ? before : new FrameIndex(entry.id) };
      return { ...entry, index: keep(before, summary, place === newest) ?? store(entry, summary) };
    }),
  );
}

/** What goes on to stand for a complete segment: streams go on from the newest one, and its index is in memory already. */
function keep(
  before: SegmentIndex | undefined,
  summary: FrameSummary,
  isNewest: boolean,
): SegmentIndex | undefined {
  if (before instanceof StoredIndex) return before.summary.index === summary.index ? before : undefined;
  return isNewest && before !== undefined && before.end >= summary.index ? before : undefined;
}
