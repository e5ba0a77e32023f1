import {
  Breather,
  type CheckedSearch,
  type CountOptions,
  checkCount,
  checkSearch,
  type LineCount,
  type LinePattern,
  type Match,
  type SearchOptions,
  type ViewGate,
} from '@stepwell/core';
import { compareUtf8 } from '../index/compare-utf8.ts';
import { FrameReader } from '../segment/frame-reader.ts';
import type { FrozenLog } from './frozen-log.ts';
import { lineOf } from './line-chunk.ts';
import { LineContext } from './line-context.ts';
import { type Found, LineMatcher } from './line-matcher.ts';
import { type PartOfStream, withAhead } from './parts-ahead.ts';
import { partsWithin } from './read-lines.ts';

/** Yields the lines in which a search finds something. Between two of them the caller guards the gate. */
export async function* searchLines(
  log: FrozenLog,
  gate: ViewGate,
  pattern: string | LinePattern,
  options: SearchOptions,
): AsyncGenerator<Match> {
  gate.check();
  const search = checkSearch(pattern, options);
  const { before, after } = search;
  const lines = new SearchedLines(log, gate, search);
  let left = search.limit;
  let context: LineContext | undefined;
  for await (const part of lines.parts()) {
    const { stream } = part;
    if (context?.name !== stream.name) context = new LineContext(log, gate, stream.name);
    for (const found of lines.matches(part)) {
      if (found !== undefined) {
        const { run, place, offset } = found;
        const line = lineOf(stream.name, run, place);
        yield {
          line,
          offset,
          before: before === 0 ? [] : await context.before(run, line.number, before),
          after: after === 0 ? [] : await context.after(run, line.number, after),
        };
        left -= 1;
        if (left <= 0) return;
      }
      await lines.breathe();
    }
  }
}

/** Yields how many lines of each stream a search finds, where it finds some. */
export async function* countLines(
  log: FrozenLog,
  gate: ViewGate,
  pattern: string | LinePattern,
  options: CountOptions,
): AsyncGenerator<LineCount> {
  gate.check();
  const lines = new SearchedLines(log, gate, checkCount(pattern, options));
  let counted: LineCount | undefined;
  for await (const part of lines.parts()) {
    const { stream } = part;
    let count = 0;
    for (const found of lines.matches(part)) {
      if (found !== undefined) count += 1;
      if (lines.isBreathDue) await lines.breathe();
    }
    if (count === 0) continue;
    if (counted !== undefined && counted.stream !== stream.name) yield counted;
    const before = counted?.stream === stream.name ? counted.lines : 0;
    counted = { stream: stream.name, lines: before + count };
  }
  if (counted !== undefined) yield counted;
}

/** All lines that one search means, part by part. What it yields is good until the next is asked for. */
class SearchedLines {
  readonly #log: FrozenLog;
  readonly #gate: ViewGate;
  readonly #search: CheckedSearch;
  readonly #matcher: LineMatcher;
  readonly #breather: Breather = new Breather();

  constructor(log: FrozenLog, gate: ViewGate, search: CheckedSearch) {
    this.#log = log;
    this.#gate = gate;
    this.#search = search;
    this.#matcher = new LineMatcher(search);
  }

  /** The parts to look through, when their turn has come. */
  async *parts(): AsyncGenerator<PartOfStream> {
    await this.#log.settle();
    this.#gate.check();
    for (const next of withAhead(this.#planned())) {
      await this.breathe();
      if (next === undefined || this.#matcher.isWithout(next.stream, next.part)) continue;
      if (next.ready !== undefined) {
        await next.ready;
        this.#gate.check();
      }
      yield next;
    }
  }

  /** The lines of a part that are meant, and now and then `undefined`. @throws `CORRUPT IO` */
  matches({ stream, part }: PartOfStream): Iterable<Found | undefined> {
    return this.#matcher.matches(stream, part);
  }

  get isBreathDue(): boolean {
    return this.#breather.isDue;
  }

  async breathe(): Promise<void> {
    if (this.#breather.isDue) await this.#breather.pause();
    this.#gate.check();
  }

  /** All parts there are, stream by stream; an `undefined` where a stream begins. */
  *#planned(): Generator<PartOfStream | undefined> {
    const { streams } = this.#search;
    // Streams share frames: one reader for all reads those that lie together once.
    const reader = new FrameReader();
    for (const name of streams === undefined
      ? this.#log.streams()
      : [...new Set(streams)].sort(compareUtf8)) {
      yield undefined;
      const stream = this.#log.stream(name, reader);
      if (stream === undefined) continue;
      for (const part of partsWithin(stream, this.#search, false))
        if (!this.#matcher.isWithout(stream, part)) yield { stream, part };
    }
  }
}
