import type { Epoch } from '@stepwell/core';
import { LinesFrame } from '../format/lines-frame.ts';
import type { LogIndex } from '../index/log-index.ts';
import { corrupt } from '../segment/corrupt.ts';
import type { FrameReader } from '../segment/frame-reader.ts';
import type { LogFiles } from '../segment/log-files.ts';
import { readOn } from './read-on.ts';
import { refuseMissing } from './refuse-missing.ts';

/** S4: a log up to one commit. Frames are only ever added behind it, so that freezing it is remembering how many there are. */
export class FrozenLog {
  readonly #files: LogFiles;
  #index: LogIndex;
  #frames: number | undefined;
  #epoch: Epoch;
  /** The last commit of lines that the leader knows of, up to the epoch. */
  #mark: Epoch = 0;

  constructor(files: LogFiles) {
    this.#files = files;
    this.#index = files.index;
    this.#frames = files.index.frames.count;
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
    this.#frames = undefined;
  }

  /** The same when all that was committed up to `epoch` is indexed: then nothing has to be read. */
  clampIndexed(epoch: Epoch): void {
    this.#epoch = epoch;
    this.#index = this.#files.index;
    const { frames, lastEpoch } = this.#index;
    this.#frames = lastEpoch <= epoch ? frames.count : frames.countUpTo(epoch);
  }

  /** Reads on as far as the clamp asks; once, before the first use. @throws `CORRUPT IO` */
  async settle(): Promise<void> {
    if (this.#frames !== undefined) return;
    const stop = await readOn(this.#files, () => this.#epoch);
    // S4: truncated data never looks complete. Frames are in the file before the leader commits.
    refuseMissing(this.#files, stop, this.#mark);
    this.#index = this.#files.index;
    this.#frames = this.#index.frames.countUpTo(this.#epoch);
  }

  get index(): LogIndex {
    return this.#index;
  }

  /** How many frames of the index are visible. */
  get frames(): number {
    return this.#frames ?? 0;
  }

  /** A frame of lines. @throws `CORRUPT IO` */
  read(reader: FrameReader, frame: number, backward: boolean): LinesFrame {
    const place = this.#index.frames.at(frame);
    const segment = this.#files.pool.get(place.segment);
    const found = reader.read(segment, place.offset, place.offset + place.length, backward);
    if (found === undefined) throw corrupt(segment.path, place.offset, 'the frame is damaged');
    if (found.header.crc !== place.crc)
      throw corrupt(segment.path, place.offset, 'another frame has taken its place');
    try {
      return new LinesFrame(found.content, found.columns);
    } catch (error) {
      throw corrupt(segment.path, place.offset, 'the frame is intact but makes no sense', error);
    }
  }

  /** Where a frame stands, for messages. */
  damaged(frame: number, what: string, cause: unknown): Error {
    const { segment, offset } = this.#index.frames.at(frame);
    return corrupt(this.#files.pathOf(segment), offset, what, cause);
  }
}
