import {
  Breather,
  checkLineRange,
  checkStreamName,
  type LineRange,
  type LogLine,
  type ViewGate,
} from '@stepwell/core';
import { MalformedError } from '../format/malformed-error.ts';
import type { StreamIndex } from '../index/stream-index.ts';
import { FrameReader } from '../segment/frame-reader.ts';
import type { FrozenLog } from './frozen-log.ts';
import { lineChunks, type Picked } from './line-chunk.ts';
import { type Bounds, countFromIndex, mayHold, pickLines } from './pick-lines.ts';

/**
 * Yields the lines of a range: only frames that may hold some are read, one at a time (S10). Between two lines the caller
 * guards the gate.
 */
export async function* readLines(
  log: FrozenLog,
  gate: ViewGate,
  stream: string,
  range: LineRange,
): AsyncGenerator<LogLine> {
  gate.check();
  checkStreamName(stream);
  const checked = checkLineRange(range);
  await log.settle();
  gate.check();
  const { from = 1, to = Infinity, since = -Infinity, until = Infinity, last, reverse = false } = checked;
  const index = log.index.streams.get(stream);
  if (index === undefined) return;
  const source = new StreamSource(log, stream, index);
  let bounds: Bounds = { from, to, since, until };
  if (last !== undefined) bounds = { ...bounds, from: await source.firstOfLast(last, bounds, gate) };
  const breather = new Breather();
  for (const part of source.parts(bounds, reverse)) {
    if (breather.isDue) await breather.pause();
    gate.check();
    for (const lines of source.chunks(part, bounds, reverse)) {
      for (const line of lines) yield line;
      if (breather.isDue) await breather.pause();
      gate.check();
    }
  }
}

/** One stream of a frozen log, and the reader that goes through it. */
class StreamSource {
  readonly #log: FrozenLog;
  readonly #stream: string;
  readonly #index: StreamIndex;
  readonly #parts: number;
  readonly #reader: FrameReader = new FrameReader();

  constructor(log: FrozenLog, stream: string, index: StreamIndex) {
    this.#log = log;
    this.#stream = stream;
    this.#index = index;
    this.#parts = index.partsIn(log.frames);
  }

  /** The parts that may hold lines within bounds. */
  *parts(bounds: Bounds, reverse: boolean): Generator<number> {
    const begin = Math.min(this.#index.partOf(bounds.from), this.#parts);
    const end =
      bounds.to === Infinity ? this.#parts : Math.min(this.#index.partOf(bounds.to) + 1, this.#parts);
    for (let step = 0; step < end - begin; step++) {
      const part = reverse ? end - 1 - step : begin + step;
      if (mayHold(this.#index.part(part), bounds)) yield part;
    }
  }

  *chunks(part: number, bounds: Bounds, reverse: boolean): Generator<LogLine[]> {
    const { frame: number } = this.#index.part(part);
    try {
      const picked = this.#pick(part, bounds, reverse);
      const { numbers, ordinals } = picked;
      const wanted = reverse ? { numbers: numbers.toReversed(), ordinals: ordinals.toReversed() } : picked;
      const frame = this.#log.read(this.#reader, number, reverse);
      yield* lineChunks(frame, this.#stream, this.#log.index.frames.epochAt(number), wanted);
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
      throw this.#log.damaged(number, 'the frame is intact but makes no sense', error);
    }
  }

  /** The number of the first of the last `wanted` lines within bounds. */
  async firstOfLast(wanted: number, bounds: Bounds, gate: ViewGate): Promise<number> {
    const breather = new Breather();
    let left = wanted;
    for (const part of this.parts(bounds, true)) {
      if (breather.isDue) await breather.pause();
      gate.check();
      const counted = countFromIndex(this.#index.part(part), bounds);
      if (counted !== undefined && counted < left) {
        left -= counted;
        continue;
      }
      const { numbers } = this.#pick(part, bounds, true);
      if (numbers.length >= left) return numbers[numbers.length - left] ?? bounds.from;
      left -= numbers.length;
    }
    return bounds.from;
  }

  #pick(part: number, bounds: Bounds, backward: boolean): Picked {
    const known = this.#index.part(part);
    return pickLines(this.#log.read(this.#reader, known.frame, backward), this.#stream, known, bounds);
  }
}
