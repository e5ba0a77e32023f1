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
import { compareUtf8 } from '../index/compare-utf8.ts';
import type { FrameIndex } from '../index/frame-index.ts';
import { FrameReader } from '../segment/frame-reader.ts';
import type { FrozenLog } from './frozen-log.ts';
import type { FrozenStream } from './frozen-stream.ts';
import { lineOf } from './line-chunk.ts';
import type { LineRun } from './line-run.ts';
import { readLines } from './read-lines.ts';

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

function wantedStreams(log: FrozenLog, streams: readonly string[] | undefined): Iterable<string> {
  return streams === undefined ? log.streams() : [...new Set(streams)].sort(compareUtf8);
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
  for (const name of wantedStreams(log, streams)) {
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
  const reader = new FrameReader();
  const breather = new Breather();
  const contents = new SearchedContents(needle);
  let left = limit;
  for (const name of wantedStreams(log, streams)) {
    const stream = log.stream(name, reader);
    for (let part = 0; part < (stream?.parts ?? 0) && stream !== undefined; part++) {
      if (breather.isDue) await breather.pause();
      gate.check();
      for (const { run, place, offset } of matchesOf(stream, part, contents)) {
        yield { line: lineOf(name, run, place), offset, before: [], after: [] };
        gate.check();
        left -= 1;
        if (left <= 0) return;
      }
    }
  }
}

/** Whether frames and blocks hold the text at all: each is looked through once, whoever of its streams comes first. */
class SearchedContents {
  readonly #needle: Needle;
  /** One byte for each frame. */
  readonly #frames: Map<FrameIndex, Uint8Array> = new Map();
  /** Streams that share a block come one behind the other. */
  #content: Buffer | undefined;
  #isFound = false;

  constructor(needle: Needle) {
    this.#needle = needle;
  }

  get needle(): Needle {
    return this.#needle;
  }

  /** The runs of a part in which the text may be. */
  runs(stream: FrozenStream, part: number): readonly LineRun[] {
    const place = stream.frameOf(part);
    const known = place && this.#of(place.of);
    if (place !== undefined && known?.[place.frame] === without) return [];
    const runs = stream.runs(part);
    const [run] = runs;
    if (run === undefined) return runs;
    let isFound = known?.[place?.frame ?? 0] === 1;
    if (!isFound) isFound = this.#isIn(run.content);
    if (place !== undefined && known !== undefined) known[place.frame] = isFound ? 1 : without;
    return isFound ? runs : [];
  }

  #isIn(content: Buffer): boolean {
    if (this.#content !== content) this.#isFound = this.#needle.isIn(content);
    this.#content = content;
    return this.#isFound;
  }

  #of(frames: FrameIndex): Uint8Array {
    const known = this.#frames.get(frames) ?? new Uint8Array(frames.frames.count);
    this.#frames.set(frames, known);
    return known;
  }
}

interface Found {
  readonly run: LineRun;
  /** Of the line in its run. */
  readonly place: number;
  /** Of the text in its line. */
  readonly offset: number;
}

function* matchesOf(stream: FrozenStream, part: number, contents: SearchedContents): Generator<Found> {
  const { needle } = contents;
  for (const run of contents.runs(stream, part)) {
    const { starts, count } = run;
    const begin = starts[0] ?? 0;
    const bytes = needle.prepared(run.content.subarray(begin, starts[count]));
    let place = 0;
    let position = 0;
    for (;;) {
      const found = bytes.indexOf(needle.bytes, position);
      if (found < 0) break;
      place = lineAt(starts, place, count - 1, begin + found);
      const lineEnd = (starts[place + 1] ?? 0) - begin;
      if (found + needle.bytes.length > lineEnd) {
        // It begins in one line and ends in another.
        position = found + 1;
        continue;
      }
      yield { run, place, offset: begin + found - (starts[place] ?? 0) };
      position = lineEnd;
    }
  }
}

/** The line, from place `low` to `high`, in which the byte at `position` of the content is. */
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
