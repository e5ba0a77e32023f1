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
import type { FrozenStream } from './frozen-stream.ts';
import { lineOf } from './line-chunk.ts';
import { LineContext } from './line-context.ts';
import { type Found, LineMatcher } from './line-matcher.ts';
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
  for await (const stream of lines.streams()) {
    const context = new LineContext(log, gate, stream.name);
    for await (const { run, place, offset } of lines.found(stream)) {
      const line = lineOf(stream.name, run, place);
      yield {
        line,
        offset,
        before: await context.before(run, line.number, before),
        after: await context.after(run, line.number, after),
      };
      left -= 1;
      if (left <= 0) return;
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
  for await (const stream of lines.streams()) {
    const count = await lines.count(stream);
    if (count > 0) yield { stream: stream.name, lines: count };
  }
}

/** All lines that one search means, stream by stream. What it yields is good until the next is asked for. */
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

  async *streams(): AsyncGenerator<FrozenStream> {
    await this.#log.settle();
    this.#gate.check();
    const { streams } = this.#search;
    // Streams share frames: one reader for all reads those that lie together once.
    const reader = new FrameReader();
    for (const name of streams === undefined
      ? this.#log.streams()
      : [...new Set(streams)].sort(compareUtf8)) {
      const stream = this.#log.stream(name, reader);
      if (stream !== undefined) yield stream;
      await this.#breathe();
    }
  }

  async *found(stream: FrozenStream): AsyncGenerator<Found> {
    for (const part of partsWithin(stream, this.#search, false)) {
      for (const found of this.#matcher.matches(stream, part)) {
        if (found !== undefined) yield found;
        if (this.#breather.isDue) await this.#breathe();
        this.#gate.check();
      }
      if (this.#breather.isDue) await this.#breathe();
      this.#gate.check();
    }
  }

  async count(stream: FrozenStream): Promise<number> {
    let count = 0;
    for (const part of partsWithin(stream, this.#search, false)) {
      for (const found of this.#matcher.matches(stream, part)) {
        if (found !== undefined) count += 1;
        if (this.#breather.isDue) await this.#breathe();
      }
      if (this.#breather.isDue) await this.#breathe();
    }
    return count;
  }

  async #breathe(): Promise<void> {
    if (this.#breather.isDue) await this.#breather.pause();
    this.#gate.check();
  }
}
