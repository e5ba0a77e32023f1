import {
  checkLineRange,
  checkSearch,
  checkStreamName,
  type Epoch,
  type LineRange,
  type LogLine,
  type LogView,
  type Match,
  makeLogLine,
  type SearchOptions,
  type StreamInfo,
  type ViewGate,
} from '@stepwell/core';
import { findBytes } from './find-bytes.ts';
import type { KeptLine, LogState, LogStream } from './log-state.ts';

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

  search(text: string, options: SearchOptions = {}): AsyncIterable<Match> {
    return this.#gate.guard(this.#search(text, options));
  }

  async info(name: string): Promise<StreamInfo | undefined> {
    this.#gate.check();
    checkStreamName(name);
    const stream = this.#state().streams.get(name);
    if (stream === undefined) return undefined;
    let lines = stream.lost.at(-1)?.to ?? 0;
    let bytes = 0;
    let firstAt: number | null = null;
    let lastAt: number | null = null;
    for (const line of this.#visible(stream)) {
      lines = Math.max(lines, line.number);
      bytes += line.bytes.byteLength;
      firstAt ??= line.at;
      lastAt = line.at;
    }
    return lines === 0 ? undefined : { stream: name, lines, bytes, firstAt, lastAt, lost: stream.lost };
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

  async *#search(text: string, options: SearchOptions): AsyncGenerator<Match> {
    const { ignoreCase = false, limit = Number.POSITIVE_INFINITY, streams } = checkSearch(text, options);
    const find = findBytes(text, ignoreCase);
    let left = limit;
    for (const [name, stream] of this.#state().streams.entries()) {
      if (streams !== undefined && !streams.includes(name)) continue;
      for (const line of this.#visible(stream)) {
        const offset = find(line.bytes);
        if (offset < 0) continue;
        yield { line: handOut(line), offset };
        if (--left === 0) return;
      }
    }
  }

  *#select(stream: LogStream, range: LineRange): Generator<KeptLine> {
    const { from = 1, to = Number.POSITIVE_INFINITY, since = -Infinity, until = Infinity } = range;
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
    for (const line of stream.lines.values()) {
      // Epochs rise along a stream: nothing after this line is visible either.
      if (line.epoch > this.#epoch()) return;
      yield line;
    }
  }
}

function handOut(line: KeptLine): LogLine {
  return makeLogLine({ ...line, bytes: Uint8Array.from(line.bytes) });
}
