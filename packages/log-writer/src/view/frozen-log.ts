import type { Epoch } from '@stepwell/core';
import { compareUtf8 } from '../index/compare-utf8.ts';
import type { LogIndex } from '../index/log-index.ts';
import { FrameReader } from '../segment/frame-reader.ts';
import type { LogFiles } from '../segment/log-files.ts';
import { FramedStream } from './framed-stream.ts';
import { FrozenStream } from './frozen-stream.ts';
import { readOn } from './read-on.ts';
import { refuseMissing } from './refuse-missing.ts';

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
    const pieces = this.#index.segments.flatMap(({ index }) => {
      const stream = index.streams.get(name);
      if (stream === undefined) return [];
      const source = { pool: this.#files.pool, reader };
      const piece = new FramedStream(name, index, stream, index.frames.countUpTo(this.#epoch), source);
      return piece.parts > 0 || piece.lost.length > 0 || piece.prunedThrough > 0 ? [piece] : [];
    });
    return pieces.length === 0 ? undefined : new FrozenStream(name, pieces);
  }

  /** Names of streams that have at least one line, in UTF-8 order. */
  *streams(): Generator<string> {
    const names = new Set(this.#index.segments.flatMap(({ index }) => [...index.streams.keys()]));
    for (const name of [...names].sort(compareUtf8)) if ((this.stream(name)?.parts ?? 0) > 0) yield name;
  }
}
