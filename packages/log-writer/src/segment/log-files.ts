import type { Epoch } from '@stepwell/core';
import type { FileSystem } from '../file-system/file-system.ts';
import { frameBytes, frameKinds } from '../format/frame-header.ts';
import type { LostSummary } from '../format/frame-summary.ts';
import { LinesFrame } from '../format/lines-frame.ts';
import { readLostColumns } from '../format/lost-frame.ts';
import type { Manifest, ManifestSegment } from '../format/manifest.ts';
import { segmentHeaderBytes } from '../format/segment-header.ts';
import type { FramePlace } from '../index/frame-table.ts';
import { LogIndex } from '../index/log-index.ts';
import { corrupt } from './corrupt.ts';
import { type Frame, FrameReader } from './frame-reader.ts';
import { SegmentFile, segmentPath } from './segment-file.ts';
import { SegmentPool } from './segment-pool.ts';

/** Why {@link LogFiles.advance} stopped, and where. */
export interface Stop {
  /**
   * `end`: nothing follows. `above`: a frame of a later commit follows. `invalid`: something follows that is no frame.
   * `shrunk`: the file ends before what was read of it. `budget`: there is more to read.
   */
  readonly reason: 'end' | 'above' | 'invalid' | 'shrunk' | 'budget';
  readonly segment: number;
  readonly offset: number;
  /** Of the file of that segment. */
  readonly size: number;
}

/** The files of a log as one handle knows them: the manifest, and an index of every frame up to some place. */
export class LogFiles {
  readonly directory: string;
  readonly pool: SegmentPool;
  readonly #fs: FileSystem;
  readonly #reader: FrameReader = new FrameReader();
  #manifest: Manifest;
  #index: LogIndex = new LogIndex();
  /** Behind the last frame that is in the index: the place of its segment in the manifest, and the offset in it. */
  #place = 0;
  #offset: number = segmentHeaderBytes;
  /** The durable mark of the segment at `#place`, as its frames tell it. */
  #synced = 0;

  constructor(fs: FileSystem, directory: string, manifest: Manifest) {
    this.directory = directory;
    this.#fs = fs;
    this.#manifest = manifest;
    this.pool = new SegmentPool(fs, directory, manifest.store);
  }

  get manifest(): Manifest {
    return this.#manifest;
  }

  get index(): LogIndex {
    return this.#index;
  }

  /** The segment that is appended to. */
  get active(): ManifestSegment {
    return this.#segmentAt(this.#manifest.segments.length - 1);
  }

  /** How much of the active segment is indexed; behind it the next frame belongs. */
  get end(): number {
    return this.#place === this.#manifest.segments.length - 1 ? this.#offset : segmentHeaderBytes;
  }

  /** Whether the file ends before what was read of it. */
  get isShrunk(): boolean {
    return this.pool.get(this.#segmentAt(this.#place).id).size < this.#offset;
  }

  /** So many bytes of the active segment are known to be on the device. */
  get synced(): number {
    return Math.max(this.#synced, this.active.bytes);
  }

  /** Goes over to another manifest. What is indexed stays, unless the two have no common beginning. */
  adopt(manifest: Manifest): void {
    const known = this.#manifest.segments.slice(0, this.#place + 1);
    const grew =
      manifest.lineage === this.#manifest.lineage &&
      known.every(({ id }, i) => manifest.segments[i]?.id === id);
    this.#manifest = manifest;
    if (!grew) this.rebuild();
  }

  /** Goes over to a manifest that differs in what it says about the same files. */
  relabel(manifest: Manifest): void {
    this.#manifest = manifest;
  }

  /** Forgets the index; pins keep the old one. */
  rebuild(): void {
    this.pool.close();
    this.#index = new LogIndex();
    this.#place = 0;
    this.#offset = segmentHeaderBytes;
    this.#synced = 0;
  }

  /**
   * Indexes the frames that follow, of commits up to `limit`; at most about `budget` bytes of them.
   * @throws `CORRUPT` for damage in a segment that is complete: all of it was synced before the next one was begun
   */
  advance(limit: Epoch, budget: number = Number.POSITIVE_INFINITY): Stop {
    this.#reader.forget();
    let left = budget;
    for (;;) {
      const { id, bytes } = this.#segmentAt(this.#place);
      const complete = this.#place < this.#manifest.segments.length - 1;
      const segment = this.pool.get(id);
      const { size } = segment;
      if (size < bytes)
        throw corrupt(segment.path, size, `the file ends where ${bytes} bytes had been synced`);
      const stop = (reason: Stop['reason']): Stop => ({ reason, segment: id, offset: this.#offset, size });
      if (size < this.#offset) return stop('shrunk');
      const end = complete ? bytes : size;
      while (this.#offset < end) {
        if (left <= 0) return stop('budget');
        const frame = this.#reader.read(segment, this.#offset, end);
        if (frame === undefined && complete)
          throw corrupt(segment.path, this.#offset, 'the frame is damaged');
        if (frame === undefined) return stop('invalid');
        if (frame.header.epoch > limit) return stop('above');
        this.#addFrame(segment, frame);
        left -= frameBytes(frame.header);
      }
      if (!complete) return stop('end');
      this.#place += 1;
      this.#offset = segmentHeaderBytes;
      this.#synced = 0;
    }
  }

  /** Adds a frame that this handle appended itself. */
  addLines(place: FramePlace, streams: Parameters<LogIndex['addLines']>[1]): void {
    this.#index.addLines(place, streams);
    this.#offset = place.offset + place.length;
  }

  /** Ranges that recovery found lost. A reader only remembers them; a writer has stored them at `place`. */
  addLost(place: FramePlace, lost: readonly LostSummary[]): void {
    this.#index.addLost(place, lost);
    if (place.length > 0) this.#offset = place.offset + place.length;
  }

  /** The active segment was rolled: the index goes on in the new one. */
  rolled(manifest: Manifest): void {
    this.#manifest = manifest;
    this.#place = manifest.segments.length - 1;
    this.#offset = segmentHeaderBytes;
    this.#synced = 0;
  }

  /** A segment as it is on disk now, whoever has it open already. To be closed by the caller. @throws `CORRUPT IO` */
  openAnew(segment: number): SegmentFile {
    return SegmentFile.open(this.#fs, this.directory, segment, this.#manifest.store, 'read');
  }

  pathOf(segment: number): string {
    return segmentPath(this.directory, segment);
  }

  close(): void {
    this.pool.close();
  }

  #addFrame(segment: SegmentFile, frame: Frame): void {
    const { header } = frame;
    const length = frameBytes(header);
    const place = {
      segment: segment.id,
      offset: header.offset,
      length,
      epoch: header.epoch,
      crc: header.crc,
    };
    try {
      if (header.kind === frameKinds.lines) {
        this.#index.addLines(place, new LinesFrame(frame.content, frame.columns).streams);
      } else if (header.kind === frameKinds.lost) {
        this.#index.addLost(place, readLostColumns(frame.columns));
      } else {
        throw new Error(`no frame is of kind ${header.kind}`);
      }
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw corrupt(segment.path, header.offset, `the frame is intact but makes no sense (${reason})`, error);
    }
    this.#offset += length;
    this.#synced = Math.max(this.#synced, header.synced);
  }

  #segmentAt(place: number): ManifestSegment {
    const segment = this.#manifest.segments[place];
    if (segment === undefined) throw corrupt(this.directory, 0, 'the manifest names no segment');
    return segment;
  }
}
