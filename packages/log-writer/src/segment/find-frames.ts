import type { FrameHeader } from '../format/frame-header.ts';
import { frameBytes, frameMagic } from '../format/frame-header.ts';
import { FrameReader } from './frame-reader.ts';
import type { SegmentFile } from './segment-file.ts';

const chunkBytes = 1024 * 1024;

/** The valid frames of a segment between `from` and `end`, wherever they stand: what there is behind a damaged one. */
export function* findFrames(segment: SegmentFile, from: number, end: number): Generator<FrameHeader> {
  const reader = new FrameReader();
  let position = from;
  while (position < end) {
    const header = reader.read(segment, position, end)?.header;
    if (header !== undefined) {
      yield header;
      position += frameBytes(header);
    } else {
      position = nextMagic(segment, position + 1, end);
    }
  }
}

/** Where the next four bytes that could begin a frame stand; `end` when there are none. */
function nextMagic(segment: SegmentFile, from: number, end: number): number {
  const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, Math.max(0, end - from)));
  let position = from;
  while (position + frameMagic.length <= end) {
    const chunk = buffer.subarray(0, Math.min(segment.read(buffer, position), end - position));
    const found = chunk.indexOf(frameMagic);
    if (found >= 0) return position + found;
    if (chunk.length < frameMagic.length) break;
    // One that lies across the end of the chunk is found at the beginning of the next.
    position += chunk.length - frameMagic.length + 1;
  }
  return end;
}
