import { type LogLine, makeLogLine } from '@stepwell/core';
import { decodeFlags } from '../format/line-flags.ts';
import type { LineRun } from './line-run.ts';
import type { Picked } from './pick-lines.ts';

/** S10: so many lines, or bytes of them, are taken out of a frame or a block at a time. */
const chunkLines = 512;
const chunkBytes = 256 * 1024;

/** The picked lines in chunks. Their bytes are copied: a line that somebody keeps must not keep the whole frame. */
export function* lineChunks(stream: string, { run, places }: Picked): Generator<LogLine[]> {
  if (places.length === 0) return;
  const { starts, times, flags, content } = run;
  for (let begin = 0, end = 0; begin < places.length; begin = end) {
    let bytes = 0;
    for (end = begin; end < places.length && end - begin < chunkLines && bytes < chunkBytes; end++) {
      bytes += lengthOf(starts, places[end] ?? 0);
    }
    const copy = new Uint8Array(bytes);
    const lines: LogLine[] = [];
    let at = 0;
    for (let i = begin; i < end; i++) {
      const place = places[i] ?? 0;
      const start = starts[place] ?? 0;
      const length = lengthOf(starts, place);
      copy.set(content.subarray(start, start + length), at);
      const { level, source, terminated } = decodeFlags(flags[place] ?? 0);
      lines.push(
        makeLogLine({
          stream,
          number: run.first + place,
          at: times[place] ?? 0,
          level,
          source,
          terminated,
          epoch: run.epochAt(place),
          ordinal: run.ordinalAt(place),
          bytes: copy.subarray(at, at + length),
        }),
      );
      at += length;
    }
    yield lines;
  }
}

/** One line of a run, as readers see it. */
export function lineOf(stream: string, run: LineRun, place: number): LogLine {
  for (const [line] of lineChunks(stream, { run, places: [place] })) if (line !== undefined) return line;
  throw new RangeError(`the run has no line ${place}`);
}

function lengthOf(starts: Float64Array, place: number): number {
  return (starts[place + 1] ?? 0) - (starts[place] ?? 0);
}
