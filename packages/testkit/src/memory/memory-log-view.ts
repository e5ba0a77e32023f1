import {
  type CheckedSearch,
  type CountOptions,
  checkCount,
  checkLineRange,
  checkSearch,
  checkStreamName,
  type Epoch,
  type LineCount,
  type LinePattern,
  type LineRange,
  type LogLine,
  type LogView,
  type Match,
  type SearchOptions,
  type StreamInfo,
  type ViewGate,
} from '@stepwell/core';
import { firstKept, type KeptLine, type LogState, type LogStream } from './log-state.ts';
import { findLines, handOut, inContext } from './memory-search.ts';

/** One immutable state behind a gate, up to and including `epoch`. */
export class MemoryLogView implements LogView {
  readonly #state: () => LogState;
  readonly #epoch: () => Epoch;
  readonly #gate: ViewGate;

  constructor(state: () => LogState, epoch: () => Epoch, gate: ViewGate) {
    this.#state = state;
    this.#epoch = epoch;
    this.#gate = gate;
  }

  lines(stream: string, range: LineRange = {}): AsyncIterable<LogLine> {
    return this.#gate.guard(this.#lines(stream, range));
  }

  search(pattern: string | LinePattern, options: SearchOptions = {}): AsyncIterable<Match> {
    return this.#gate.guard(this.#search(pattern, options));
  }

  counts(pattern: string | LinePattern, options: CountOptions = {}): AsyncIterable<LineCount> {
    return this.#gate.guard(this.#counts(pattern, options));
  }

  async info(name: string): Promise<StreamInfo | undefined> {
    this.#gate.check();
    checkStreamName(name);
    const stream = this.#state().streams.get(name);
    if (stream === undefined) return undefined;
    const lines = this.#lastOf(stream);
    if (lines === 0) return undefined;
    const kept = [...this.#visible(stream)];
    const first = firstKept(stream, this.#epoch());
    return {
      stream: name,
      first,
      lines,
      bytes: kept.reduce((sum, line) => sum + line.bytes.byteLength, 0),
      firstAt: kept.at(0)?.at ?? null,
      lastAt: kept.at(-1)?.at ?? null,
      lost: stream.lost
        .filter(({ to }) => to >= first)
        .map(({ from, to }) => ({ from: Math.max(from, first), to })),
    };
  }

  streams(): AsyncIterable<string> {
    return this.#gate.guard(this.#streams());
  }

  async *#streams(): AsyncGenerator<string> {
    for (const [name, stream] of this.#state().streams.entries()) {
      for (const _ of this.#visible(stream)) {
        yield name;
        break;
      }
    }
  }

  async *#lines(name: string, range: LineRange): AsyncGenerator<LogLine> {
    checkStreamName(name);
    const bounds = checkLineRange(range);
    const stream = this.#state().streams.get(name);
    if (stream !== undefined) for (const line of this.#select(stream, bounds)) yield handOut(line);
  }

  async *#search(pattern: string | LinePattern, options: SearchOptions): AsyncGenerator<Match> {
    const search = checkSearch(pattern, options);
    let left = search.limit;
    for (const [, lines] of this.#searched(search)) {
      for (const found of findLines(lines, search)) {
        yield inContext(lines, found, search);
        if (--left === 0) return;
      }
    }
  }

  async *#counts(pattern: string | LinePattern, options: CountOptions): AsyncGenerator<LineCount> {
    const search = checkCount(pattern, options);
    for (const [stream, lines] of this.#searched(search)) {
      const found = [...findLines(lines, search)].length;
      if (found > 0) yield { stream, lines: found };
    }
  }

  /** The streams that a search means, with all their lines. */
  *#searched({ streams }: CheckedSearch): Generator<[string, readonly KeptLine[]]> {
    for (const [name, stream] of this.#state().streams.entries()) {
      if (streams === undefined || streams.includes(name)) yield [name, [...this.#visible(stream)]];
    }
  }

  *#select(stream: LogStream, range: LineRange): Generator<KeptLine> {
    const { to = Number.POSITIVE_INFINITY, since = -Infinity, until = Infinity } = range;
    const from = Math.max(range.from ?? 1, firstKept(stream, this.#epoch()));
    const wanted = (line: KeptLine): boolean =>
      line.number >= from &&
      line.number <= to &&
      line.at >= since &&
      line.at <= until &&
      line.epoch <= this.#epoch();
    if (range.last === undefined && range.reverse !== true) {
      for (const [, line] of stream.lines.entries(from)) if (wanted(line)) yield line;
      return;
    }
    const fromTheEnd: KeptLine[] = [];
    for (const [, line] of stream.lines.reversed()) {
      if (fromTheEnd.length === range.last) break;
      if (wanted(line)) fromTheEnd.push(line);
    }
    yield* range.reverse === true ? fromTheEnd : fromTheEnd.reverse();
  }

  *#visible(stream: LogStream): Generator<KeptLine> {
    for (const [, line] of stream.lines.entries(firstKept(stream, this.#epoch()))) {
      // Epochs rise along a stream: nothing after this line is visible either.
      if (line.epoch > this.#epoch()) return;
      yield line;
    }
  }

  /** The last number that the commits up to the epoch gave out, also when its line is lost or pruned. */
  #lastOf(stream: LogStream): number {
    const lost = stream.lost.at(-1)?.to ?? 0;
    for (const [number, line] of stream.lines.reversed()) {
      if (line.epoch <= this.#epoch()) return Math.max(number, lost);
    }
    return lost;
  }
}
