import {
  Breather,
  type CheckedSearch,
  type CountOptions,
  checkCount,
  checkSearch,
  type LineCount,
  type LinePattern,
  type LogLine,
  type Match,
  type SearchOptions,
  toArray,
  type ViewGate,
} from '@stepwell/core';
import type { LinesFrame } from '../format/lines-frame.ts';
import { MalformedError } from '../format/malformed-error.ts';
import { compareUtf8 } from '../index/compare-utf8.ts';
import type { StreamPart } from '../index/stream-index.ts';
import { FrameReader } from '../segment/frame-reader.ts';
import type { FrozenLog } from './frozen-log.ts';
import { lineChunks } from './line-chunk.ts';
import { readLines } from './read-lines.ts';

const untried = 0;
const without = 2;

/** Yields the lines in which a search finds something. */
export async function* searchLines(
  log: FrozenLog,
  gate: ViewGate,
  pattern: string | LinePattern,
  options: SearchOptions,
): AsyncGenerator<Match> {
  gate.check();
  const search = checkSearch(pattern, options);
  await log.settle();
  gate.check();
  const { from, to, since, until, before, after } = search;
  const isPlain = [from, to, since, until, before, after].join() === '1,Infinity,-Infinity,Infinity,0,0';
  if (typeof search.pattern === 'string' && isPlain)
    return yield* searchText(log, gate, search, search.pattern);
  let left = search.limit;
  for await (const match of searchSingly(log, gate, search)) {
    yield match;
    left -= 1;
    if (left <= 0) return;
  }
}

/** How many lines of each stream a search finds. */
export async function* countLines(
  log: FrozenLog,
  gate: ViewGate,
  pattern: string | LinePattern,
  options: CountOptions,
): AsyncGenerator<LineCount> {
  gate.check();
  const search = checkCount(pattern, options);
  await log.settle();
  gate.check();
  let count = { stream: '', lines: 0 };
  for await (const { line } of searchSingly(log, gate, search)) {
    if (line.stream !== count.stream && count.lines > 0) yield count;
    count = { stream: line.stream, lines: line.stream === count.stream ? count.lines + 1 : 1 };
  }
  if (count.lines > 0) yield count;
}

async function firstOf(count: number, lines: AsyncIterable<LogLine>): Promise<LogLine[]> {
  const first: LogLine[] = [];
  if (count === 0) return first;
  for await (const line of lines) if (first.push(line) === count) break;
  return first;
}

/** Line by line: whatever is searched for, and wherever. */
async function* searchSingly(log: FrozenLog, gate: ViewGate, search: CheckedSearch): AsyncGenerator<Match> {
  const { pattern, ignoreCase, streams, from, to, since, until, before, after } = search;
  const needle = typeof pattern === 'string' ? new Needle(pattern, ignoreCase) : undefined;
  const range = {
    from,
    ...(to !== Infinity && { to }),
    ...(since !== -Infinity && { since }),
    ...(until !== Infinity && { until }),
  };
  const wanted = streams === undefined ? [...log.index.streams.keys()] : [...new Set(streams)];
  for (const name of wanted.sort(compareUtf8)) {
    for await (const line of readLines(log, gate, name, range)) {
      const offset =
        typeof pattern === 'string'
          ? (needle?.prepared(Buffer.from(line.bytes)).indexOf(needle.bytes) ?? -1)
          : pattern.find(line.bytes);
      if (offset < 0) continue;
      yield {
        line,
        offset,
        before:
          before === 0
            ? []
            : await toArray(readLines(log, gate, name, { to: line.number - 1, last: before })),
        after: await firstOf(after, readLines(log, gate, name, { from: line.number + 1 })),
      };
    }
  }
}

/**
 * Yields the lines that contain `text`. The bytes of a whole frame are searched before one of its lines is decoded, and
 * a frame without the text is not read again for its other streams.
 */
async function* searchText(
  log: FrozenLog,
  gate: ViewGate,
  { ignoreCase, limit, streams }: CheckedSearch,
  text: string,
): AsyncGenerator<Match> {
  const needle = new Needle(text, ignoreCase);
  const { index, frames } = log;
  const wanted = streams === undefined ? [...index.streams.keys()] : [...new Set(streams)];
  const reader = new FrameReader();
  const breather = new Breather();
  const tried = new Uint8Array(frames);
  let left = limit;
  for (const name of wanted.sort(compareUtf8)) {
    const stream = index.streams.get(name);
    const parts = stream?.partsIn(frames) ?? 0;
    for (let i = 0; i < parts && stream !== undefined; i++) {
      const part = stream.part(i);
      if (tried[part.frame] === without) continue;
      if (breather.isDue) await breather.pause();
      gate.check();
      const frame = log.read(reader, part.frame, false);
      if (tried[part.frame] === untried) tried[part.frame] = needle.isIn(frame.content) ? 1 : without;
      if (tried[part.frame] === without) continue;
      for (const match of decoded(log, frame, name, part, needle)) {
        yield match;
        gate.check();
        left -= 1;
        if (left <= 0) return;
      }
    }
  }
}

function* decoded(
  log: FrozenLog,
  frame: LinesFrame,
  name: string,
  part: StreamPart,
  needle: Needle,
): Generator<Match> {
  const epoch = log.index.frames.epochAt(part.frame);
  try {
    for (const { number, ordinal, offset } of matchesIn(frame, name, part, needle)) {
      const picked = { numbers: [number], ordinals: [ordinal] };
      for (const [line] of lineChunks(frame, name, epoch, picked))
        yield { line: line as LogLine, offset, before: [], after: [] };
    }
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    throw log.damaged(part.frame, 'the frame is intact but makes no sense', error);
  }
}

interface Place {
  readonly number: number;
  readonly ordinal: number;
  readonly offset: number;
}

function* matchesIn(frame: LinesFrame, name: string, part: StreamPart, needle: Needle): Generator<Place> {
  const { starts } = frame;
  let first = part.first;
  for (const run of frame.runsOf(name)) {
    const begin = starts[run.ordinal] ?? 0;
    const end = starts[run.ordinal + run.count] ?? 0;
    const bytes = needle.prepared(frame.content.subarray(begin, end));
    let ordinal = run.ordinal;
    let position = 0;
    for (;;) {
      const found = bytes.indexOf(needle.bytes, position);
      if (found < 0) break;
      ordinal = lineAt(starts, ordinal, run.ordinal + run.count - 1, begin + found);
      const lineEnd = (starts[ordinal + 1] ?? 0) - begin;
      if (found + needle.bytes.length > lineEnd) {
        // It begins in one line and ends in another.
        position = found + 1;
        continue;
      }
      yield {
        number: first + ordinal - run.ordinal,
        ordinal,
        offset: begin + found - (starts[ordinal] ?? 0),
      };
      position = lineEnd;
    }
    first += run.count;
  }
}

/** The line, from ordinal `low` to `high`, in which the byte at `position` of the content is. */
function lineAt(starts: Float64Array, low: number, high: number, position: number): number {
  let begin = low;
  let end = high;
  while (begin < end) {
    const middle = (begin + end + 1) >>> 1;
    if ((starts[middle] ?? 0) <= position) begin = middle;
    else end = middle - 1;
  }
  return begin;
}

/** What is searched for, byte for byte; the letters of ASCII folded, where that is asked. */
class Needle {
  readonly bytes: Buffer;
  readonly #fold: boolean;

  constructor(text: string, fold: boolean) {
    this.#fold = fold;
    this.bytes = this.prepared(Buffer.from(text, 'utf8'));
  }

  isIn(content: Buffer): boolean {
    return this.prepared(content).includes(this.bytes);
  }

  /** The bytes in which to look for `this.bytes`; they have the length of those given. */
  prepared(content: Buffer): Buffer {
    return this.#fold ? foldAscii(content) : content;
  }
}

function foldAscii(bytes: Buffer): Buffer {
  const folded = Buffer.allocUnsafe(bytes.length);
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    folded[i] = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
  }
  return folded;
}
