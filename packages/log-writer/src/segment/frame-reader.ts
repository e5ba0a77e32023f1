import {
  decodeFrameHeader,
  type FrameHeader,
  frameBytes,
  frameHeaderBytes,
  isIntact,
} from '../format/frame-header.ts';
import type { SegmentFile } from './segment-file.ts';

/** Small frames are read many at a time. */
const windowBytes = 64 * 1024;

/** A frame that passed every check. Its bytes are good until the reader reads again. */
export interface Frame {
  readonly header: FrameHeader;
  readonly content: Buffer;
  readonly columns: Buffer;
}

/** Reads frames, through a window of the file that it keeps for the next one. */
export class FrameReader {
  #buffer: Buffer = Buffer.alloc(0);
  #segment: SegmentFile | undefined;
  /** What the window shows: so many bytes of the segment from `#start`. */
  #start = 0;
  #filled = 0;

  /** Forgets the window: what stands behind the last committed frame may have changed since. */
  forget(): void {
    this.#segment = undefined;
  }

  /** Whether its window is of the usual size: one huge frame makes it huge. */
  get isSmall(): boolean {
    return this.#buffer.length <= windowBytes;
  }

  /**
   * The frame that stands at `offset` and ends at or before `end`; `undefined` when none does. `backward` says that the
   * frames before it will be asked for next.
   */
  read(segment: SegmentFile, offset: number, end: number, backward = false): Frame | undefined {
    if (backward) this.#bytes(segment, offset, end - offset, true);
    const header = this.header(segment, offset);
    if (header === undefined) return undefined;
    const length = frameBytes(header);
    if (offset + length > end) return undefined;
    const frame = this.#bytes(segment, offset, length, backward);
    if (frame.length < length || !isIntact(frame, header)) return undefined;
    const columnsAt = frameHeaderBytes + header.contentBytes;
    return {
      header,
      content: frame.subarray(frameHeaderBytes, columnsAt),
      columns: frame.subarray(columnsAt),
    };
  }

  /** The header that stands at `offset`, whatever follows it; `undefined` when none does. */
  header(segment: SegmentFile, offset: number): FrameHeader | undefined {
    const header = decodeFrameHeader(this.#bytes(segment, offset, frameHeaderBytes, false), segment.salt);
    return header?.segment === segment.id && header.offset === offset ? header : undefined;
  }

  /** Fewer bytes than `length` where the file ends. */
  #bytes(segment: SegmentFile, position: number, length: number, backward: boolean): Buffer {
    const shown = this.#segment === segment && position >= this.#start;
    if (!shown || position + length > this.#start + this.#filled)
      this.#show(segment, position, length, backward);
    const from = position - this.#start;
    return this.#buffer.subarray(from, Math.min(from + length, this.#filled));
  }

  #show(segment: SegmentFile, position: number, length: number, backward: boolean): void {
    const size = Math.max(length, windowBytes);
    // A buffer that one huge frame needed is not kept for small ones.
    if (this.#buffer.length < size || this.#buffer.length > 16 * size)
      this.#buffer = Buffer.allocUnsafeSlow(size);
    const window = this.#buffer.subarray(0, size);
    this.#segment = segment;
    this.#start = backward ? Math.max(0, position + length - size) : position;
    this.#filled = 0;
    this.#filled = segment.read(window, this.#start);
  }
}
