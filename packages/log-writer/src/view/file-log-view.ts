import {
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
import { compareUtf8 } from '../index/compare-utf8.ts';
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
    return this.#gate.guard(readLines(this.#log, this.#gate, stream, range));
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
    const { index, frames } = this.#log;
    const stream = index.streams.get(name);
    if (stream === undefined) return undefined;
    const parts = stream.partsIn(frames);
    const lost = stream.lostIn(frames);
    if (parts === 0 && lost.length === 0) return undefined;
    const last = parts === 0 ? undefined : stream.part(parts - 1);
    return {
      stream: name,
      first: 1,
      lines: Math.max(last === undefined ? 0 : last.first + last.count - 1, lost.at(-1)?.to ?? 0),
      bytes: stream.bytesUpTo(parts),
      firstAt: parts === 0 ? null : stream.firstAt,
      lastAt: stream.lastAtOf(parts),
      lost,
    };
  }

  streams(): AsyncIterable<string> {
    return this.#gate.guard(this.#streams());
  }

  async *#streams(): AsyncGenerator<string> {
    await this.#log.settle();
    this.#gate.check();
    const { index, frames } = this.#log;
    const names = [...index.streams].filter(([, stream]) => stream.partsIn(frames) > 0).map(([name]) => name);
    for (const name of names.sort(compareUtf8)) yield name;
  }
}
