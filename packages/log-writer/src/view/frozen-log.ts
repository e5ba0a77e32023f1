import type { Epoch } from '@stepwell/core';
import type { SealedSegmentEntry } from '../format/manifest.ts';
import type { LogIndex, LogSegment } from '../index/log-index.ts';
import { FrameReader } from '../segment/frame-reader.ts';
import type { LogFiles } from '../segment/log-files.ts';
import { FramedStream } from './framed-stream.ts';
import { FrozenStream } from './frozen-stream.ts';
import { mergeNames } from './merge-names.ts';
import { PooledStream } from './pooled-stream.ts';
import { readOn } from './read-on.ts';
import { refuseMissing } from './refuse-missing.ts';
import type { StreamInSegment } from './stream-in-segment.ts';

/**
 * S4: a log up to one commit. The list of its segments never changes, and frames are only ever added behind it, so that
 * freezing it is remembering the list and the epoch.
 */
export class FrozenLog {
  readonly #files: LogFiles;
  #index: LogIndex;
  #epoch: Epoch;
  /** Whether all that is to be seen is indexed. */
  #isSettled = true;
  /** The last commit of lines that the leader knows of, up to the epoch. */
  #mark: Epoch = 0;

  constructor(files: LogFiles) {
    this.#files = files;
    this.#index = files.index;
    this.#epoch = files.index.lastEpoch;
  }

  get epoch(): Epoch {
    return this.#epoch;
  }

  /**
   * Shows the commits up to `epoch`, which may be beyond what this process has read so far; the lines of the commit
   * `mark` must be among them.
   */
  clamp(epoch: Epoch, mark: Epoch): void {
    this.#epoch = epoch;
    this.#mark = mark;
    this.#isSettled = false;
  }

  /** The same when all that was committed up to `epoch` is indexed: then nothing has to be read. */
  clampIndexed(epoch: Epoch): void {
    this.#epoch = epoch;
    this.#index = this.#files.index;
    this.#isSettled = true;
  }

  /** Reads on as far as the clamp asks; once, before the first use. @throws `CORRUPT IO` */
  async settle(): Promise<void> {
    if (this.#isSettled) return;
    const stop = await readOn(
      this.#files,
      () => this.#epoch,
      () => this.#index,
    );
    // S4: truncated data never looks complete. Frames are in the file before the leader commits.
    refuseMissing(this.#files, stop, this.#mark, this.#index);
    this.#isSettled = true;
  }

  /**
   * A stream, also one of which all lines are lost or pruned; `undefined` when there never was one. What shares a
   * `reader` reads frames that it shares only once.
   */
  stream(name: string, reader: FrameReader = new FrameReader()): FrozenStream | undefined {
    const pieces = this.#index.segments
      .map((segment) => this.#piece(name, segment, reader))
      .filter((piece) => piece !== undefined);
    return pieces.length === 0 ? undefined : new FrozenStream(name, pieces);
  }

  /** See {@link LogFiles.borrowReader}. */
  borrowReader(): FrameReader {
    return this.#files.borrowReader();
  }

  returnReader(reader: FrameReader): void {
    this.#files.returnReader(reader);
  }

  /** Names of streams that have at least one line, in UTF-8 order. @throws `CORRUPT IO` */
  *streams(): Generator<string> {
    const sealed = this.#index.sealed.map((entry) => this.#sealedNames(entry));
    const framed = this.#index.framed.map(({ index }) => index.names());
    const reader = new FrameReader();
    for (const name of mergeNames([...sealed, ...framed]))
      if ((this.stream(name, reader)?.parts ?? 0) > 0) yield name;
  }

  /** What one segment knows of a stream. */
  #piece(name: string, segment: LogSegment, reader: FrameReader): StreamInSegment | undefined {
    const { pool } = this.#files;
    if (segment.kind === 'sealed') return PooledStream.find(name, pool, segment);
    const { index } = segment;
    const stream = index.stream(name);
    if (stream === undefined) return undefined;
    const frames = index.countUpTo(this.#epoch);
    const piece = new FramedStream(name, index, stream, frames, { pool, reader });
    return piece.parts > 0 || piece.lost.length > 0 || piece.prunedThrough > 0 ? piece : undefined;
  }

  /** Page by page, since the pool may close the segment between two of them. */
  *#sealedNames(entry: SealedSegmentEntry): Generator<string> {
    const { pages } = this.#files.pool.sealed(entry).pieces;
    for (let page = 0; page < pages; page++)
      for (const { name } of this.#files.pool.sealed(entry).page(page)) yield name;
  }
}
