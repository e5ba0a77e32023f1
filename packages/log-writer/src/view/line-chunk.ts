import { type Epoch, type LogLine, makeLogLine } from '@stepwell/core';
import { decodeFlags } from '../format/line-flags.ts';
import type { LinesFrame } from '../format/lines-frame.ts';

/** S10: so many lines, or bytes of them, are taken out of a frame at a time. */
const chunkLines = 512;
const chunkBytes = 256 * 1024;

/** Lines of one frame, by number and by ordinal, in the order in which they are wanted. */
export interface Picked {
  readonly numbers: readonly number[];
  readonly ordinals: readonly number[];
}

/** The picked lines in chunks. Their bytes are copied: a line that somebody keeps must not keep the whole frame. */
export function* lineChunks(
  frame: LinesFrame,
  stream: string,
  epoch: Epoch,
  { numbers, ordinals }: Picked,
): Generator<LogLine[]> {
  const { starts, times, flags, content } = frame;
  for (let begin = 0, end = 0; begin < ordinals.length; begin = end) {
    let bytes = 0;
    for (end = begin; end < ordinals.length && end - begin < chunkLines && bytes < chunkBytes; end++) {
      bytes += lengthOf(starts, ordinals[end] ?? 0);
    }
    const copy = new Uint8Array(bytes);
    const lines: LogLine[] = [];
    let at = 0;
    for (let i = begin; i < end; i++) {
      const ordinal = ordinals[i] ?? 0;
      const start = starts[ordinal] ?? 0;
      const length = lengthOf(starts, ordinal);
      copy.set(content.subarray(start, start + length), at);
      const { level, source, terminated } = decodeFlags(flags[ordinal] ?? 0);
      lines.push(
        makeLogLine({
          stream,
          number: numbers[i] ?? 0,
          at: times[ordinal] ?? 0,
          level,
          source,
          terminated,
          epoch,
          ordinal,
          bytes: copy.subarray(at, at + length),
        }),
      );
      at += length;
    }
    yield lines;
  }
}

function lengthOf(starts: Float64Array, ordinal: number): number {
  return (starts[ordinal + 1] ?? 0) - (starts[ordinal] ?? 0);
}
