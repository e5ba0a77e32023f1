import {
  Breather,
  type CountOptions,
  checkStreamName,
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
import type { FrozenLog } from './frozen-log.ts';
import { readLines } from './read-lines.ts';
import { countLines, searchLines } from './search-lines.ts';

/** S4: what a reader sees of a frozen log. */
export class FileLogView implements LogView {
  readonly #log: FrozenLog;
  readonly #gate: ViewGate;

  constructor(log: FrozenLog, gate: ViewGate) {
    this.#log = log;
    this.#gate = gate;
  }

  lines(stream: string, range: LineRange = {}): AsyncIterable<LogLine> {
    return this.#gate.guardChunks(readLines(this.#log, this.#gate, stream, range));
  }

  search(pattern: string | LinePattern, options: SearchOptions = {}): AsyncIterable<Match> {
    return this.#gate.guard(searchLines(this.#log, this.#gate, pattern, options));
  }

  counts(pattern: string | LinePattern, options: CountOptions = {}): AsyncIterable<LineCount> {
    return this.#gate.guard(countLines(this.#log, this.#gate, pattern, options));
  }

  async info(name: string): Promise<StreamInfo | undefined> {
    this.#gate.check();
    checkStreamName(name);
    await this.#log.settle();
    this.#gate.check();
    const stream = this.#log.stream(name);
    if (stream === undefined) return undefined;
    const bytes = await stream.bytes();
    this.#gate.check();
    const { first, next, firstAt, lastAt, lost } = stream;
    return { stream: name, first, lines: next - 1, bytes, firstAt, lastAt, lost };
  }

  streams(): AsyncIterable<string> {
    return this.#gate.guard(this.#streams());
  }

  async *#streams(): AsyncGenerator<string> {
    await this.#log.settle();
    this.#gate.check();
    const breather = new Breather();
    for (const name of this.#log.streams()) {
      yield name;
      if (breather.isDue) await breather.pause();
      this.#gate.check();
    }
  }
}
