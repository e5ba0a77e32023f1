import { readFrame } from '../format/frame-contents.ts';
import { checkFlags } from '../format/line-flags.ts';
import type { LinesFrame, Run } from '../format/lines-frame.ts';
import { MalformedError } from '../format/malformed-error.ts';
import type { IndexedStream, SegmentIndex } from '../index/segment-index.ts';
import { corrupt } from '../segment/corrupt.ts';
import type { FrameReader } from '../segment/frame-reader.ts';
import type { SegmentPool } from '../segment/segment-pool.ts';
import type { LineRun, PartSummary } from './line-run.ts';
import type { LostRange, SharedPiece, StreamInSegment } from './stream-in-segment.ts';

/** What is needed to read frames; one reader for all streams of a search, since they share frames. */
export interface FrameSource {
  readonly pool: SegmentPool;
  readonly reader: FrameReader;
}

/** The lines of one stream that are in the first `frames` frames of a frame segment. */
export class FramedStream implements StreamInSegment {
  readonly parts: number;
  readonly lost: readonly LostRange[];
  readonly prunedThrough: number;
  readonly #name: string;
  readonly #segment: SegmentIndex;
  readonly #stream: IndexedStream;
  readonly #source: FrameSource;

  constructor(
    name: string,
    segment: SegmentIndex,
    stream: IndexedStream,
    frames: number,
    source: FrameSource,
  ) {
    this.#name = name;
    this.#segment = segment;
    this.#stream = stream;
    this.#source = source;
    this.parts = stream.partsIn(frames);
    this.lost = stream.lostIn(frames);
    this.prunedThrough = stream.prunedIn(frames);
  }

  get next(): number {
    const last = this.parts === 0 ? { first: 1, count: 0 } : this.part(this.parts - 1);
    return Math.max(last.first + last.count, (this.lost.at(-1)?.to ?? 0) + 1);
  }

  get bytes(): number {
    return this.#stream.bytesUpTo(this.parts);
  }

  get firstAt(): number | null {
    return this.parts === 0 ? null : this.#stream.firstAt;
  }

  get lastAt(): number | null {
    return this.#stream.lastAtOf(this.parts);
  }

  part(i: number): PartSummary {
    return this.#stream.part(i);
  }

  partOf(number: number): number {
    return Math.min(this.#stream.partOf(number), this.parts);
  }

  bytesBefore(part: number): number {
    return this.#stream.bytesUpTo(part);
  }

  pieceOf(i: number): SharedPiece {
    return { of: this.#segment, at: this.#stream.part(i).frame };
  }

  runs(i: number, backward: boolean = false): readonly LineRun[] {
    const { frame: number, first } = this.#stream.part(i);
    const { segment: id, offset, length, epoch, crc } = this.#segment.placeOf(number);
    const { pool, reader } = this.#source;
    const segment = pool.get(id);
    const found = reader.read(segment, offset, offset + length, backward);
    if (found === undefined) throw corrupt(segment.path, offset, 'the frame is damaged');
    if (found.header.crc !== crc) throw corrupt(segment.path, offset, 'another frame has taken its place');
    const checked = <Result>(decode: () => Result): Result => {
      try {
        return decode();
      } catch (error) {
        throw corrupt(segment.path, offset, 'the frame is intact but makes no sense', error);
      }
    };
    return checked(() => {
      const { lines: frame } = readFrame(found.header, found.content, found.columns);
      if (frame === undefined) throw new MalformedError('it holds no lines');
      let next = first;
      return frame.runsOf(this.#name).map((run) => {
        const lines = new FrameRun(frame, run, next, epoch, checked);
        next += run.count;
        return lines;
      });
    });
  }
}

class FrameRun implements LineRun {
  readonly first: number;
  readonly count: number;
  readonly content: Buffer;
  readonly starts: Float64Array;
  readonly flags: Uint8Array;
  readonly #frame: LinesFrame;
  readonly #ordinal: number;
  readonly #epoch: number;
  readonly #checked: <Result>(decode: () => Result) => Result;

  constructor(
    frame: LinesFrame,
    { ordinal, count }: Run,
    first: number,
    epoch: number,
    checked: <Result>(decode: () => Result) => Result,
  ) {
    this.first = first;
    this.count = count;
    this.content = frame.content;
    this.starts = frame.starts.subarray(ordinal, ordinal + count + 1);
    this.flags = checkFlags(frame.flags.subarray(ordinal, ordinal + count));
    this.#frame = frame;
    this.#ordinal = ordinal;
    this.#epoch = epoch;
    this.#checked = checked;
  }

  get times(): Float64Array {
    const times = this.#checked(() => this.#frame.times);
    return times.subarray(this.#ordinal, this.#ordinal + this.count);
  }

  epochAt(): number {
    return this.#epoch;
  }

  ordinalAt(i: number): number {
    return this.#ordinal + i;
  }
}
