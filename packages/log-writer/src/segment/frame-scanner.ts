import type { Epoch } from '@stepwell/core';
import { readFrame } from '../format/frame-contents.ts';
import { frameBytes, frameKinds } from '../format/frame-header.ts';
import { FrameIndex } from '../index/frame-index.ts';
import type { LogIndex } from '../index/log-index.ts';
import { corrupt } from './corrupt.ts';
import { type Frame, FrameReader } from './frame-reader.ts';
import type { SegmentFile } from './segment-file.ts';
import type { SegmentPool } from './segment-pool.ts';

/** Why {@link FrameScanner.advance} stopped, and where. */
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

/** Reads frames into an index. */
export class FrameScanner {
  readonly #pool: SegmentPool;
  readonly #reader: FrameReader = new FrameReader();

  constructor(pool: SegmentPool) {
    this.#pool = pool;
  }

  /**
   * Indexes the frames that follow, of commits up to `limit`; at most about `budget` bytes of them.
   * @throws `CORRUPT` for damage in a segment that is complete: all of it was synced before the next one was begun
   */
  advance(log: LogIndex, limit: Epoch, budget: number = Number.POSITIVE_INFINITY): Stop {
    // What stands behind the last committed frame may have changed.
    this.#reader.forget();
    let left = budget;
    for (const [at, { id, bytes, index }] of log.framed.entries()) {
      // Of one that ends with an index nothing is read.
      if (!(index instanceof FrameIndex)) continue;
      const complete = at < log.framed.length - 1;
      if (complete && index.end === bytes) continue;
      const segment = this.#pool.get(id);
      const { size } = segment;
      if (size < bytes)
        throw corrupt(segment.path, size, `the file ends where ${bytes} bytes had been synced`);
      const stop = (reason: Stop['reason']): Stop => ({ reason, segment: id, offset: index.end, size });
      const end = complete ? bytes : size;
      if (end < index.end) return stop('shrunk');
      while (index.end < end) {
        if (left <= 0) return stop('budget');
        const frame = this.#reader.read(segment, index.end, end);
        if (frame === undefined && complete) throw corrupt(segment.path, index.end, 'the frame is damaged');
        if (frame === undefined) return stop('invalid');
        if (frame.header.epoch > limit) return stop('above');
        addFrame(log, at, index, segment, frame);
        left -= frameBytes(frame.header);
      }
      if (!complete) return stop('end');
    }
    throw new Error('a log has a segment that is appended to');
  }
}

function addFrame(
  log: LogIndex,
  at: number,
  index: FrameIndex,
  segment: SegmentFile,
  { header, content, columns }: Frame,
): void {
  const { offset, epoch, crc } = header;
  const place = { segment: segment.id, offset, length: frameBytes(header), epoch, crc };
  if (header.kind === frameKinds.index) {
    index.skip(place.length);
    index.noteSynced(header.synced);
    return;
  }
  try {
    const { lines, lost, prunes } = readFrame(header, content, columns);
    if (lines === undefined) log.addLost(at, place, lost);
    else log.addLines(at, place, lines.streams, prunes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw corrupt(segment.path, offset, `the frame is intact but makes no sense (${reason})`, error);
  }
  index.noteSynced(header.synced);
}
