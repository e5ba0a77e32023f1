import { type LogLine, makeLogLine } from '@stepwell/core';
import { decodeFlags } from '../format/line-flags.ts';
import type { LineRun } from './line-run.ts';
import { Picked } from './pick-lines.ts';

/** S10: so many lines, or bytes of them, are taken out of a frame or a block at a time. */
const chunkLines = 512;
const chunkBytes = 256 * 1024;

/** The picked lines in chunks. Their bytes are copied: a line that somebody keeps must not keep the whole frame. */
export function* lineChunks(stream: string, picked: Picked): Generator<LogLine[]> {
  const { starts } = picked.run;
  for (let begin = 0, end = 0; begin < picked.count; begin = end) {
    let bytes = 0;
    for (end = begin; end < picked.count && end - begin < chunkLines && bytes < chunkBytes; end++)
      bytes += lengthOf(starts, picked.place(end));
    yield linesOf(stream, picked, { begin, end, bytes });
  }
}

interface Piece {
  readonly begin: number;
  readonly end: number;
  /** Of all its lines. */
  readonly bytes: number;
}

function linesOf(stream: string, picked: Picked, { begin, end, bytes }: Piece): LogLine[] {
  const { run } = picked;
  const { first, starts, times, flags, content } = run;
  const copy = new Uint8Array(bytes);
  const lines: LogLine[] = [];
  let at = 0;
  for (let i = begin; i < end; i++) {
    const place = picked.place(i);
    const length = lengthOf(starts, place);
    const { level, source, terminated } = decodeFlags(flags[place] ?? 0);
    lines.push(
      makeLogLine({
        stream,
        number: first + place,
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
  copyContent(copy, content, picked, begin, end);
  return lines;
}

/** Lines that follow one another are one piece of content. */
function copyContent(copy: Uint8Array, content: Buffer, picked: Picked, begin: number, end: number): void {
  const { starts } = picked.run;
  let at = 0;
  for (let i = begin; i < end; ) {
    const from = picked.place(i);
    let to = from + 1;
    for (i += 1; i < end && picked.place(i) === to; i++) to += 1;
    copy.set(content.subarray(starts[from], starts[to]), at);
    at += (starts[to] ?? 0) - (starts[from] ?? 0);
  }
}

/** One line of a run, as readers see it. */
export function lineOf(stream: string, run: LineRun, place: number): LogLine {
  const [line] = linesOf(stream, Picked.range(run, place, place + 1), {
    begin: 0,
    end: 1,
    bytes: lengthOf(run.starts, place),
  });
  if (line === undefined) throw new RangeError(`the run has no line ${place}`);
  return line;
}

function lengthOf(starts: Float64Array, place: number): number {
  return (starts[place + 1] ?? 0) - (starts[place] ?? 0);
}
