import {
  Breather,
  checkLineRange,
  checkStreamName,
  type LineRange,
  type LogLine,
  type ViewGate,
} from '@stepwell/core';
import type { FrozenLog } from './frozen-log.ts';
import type { FrozenStream } from './frozen-stream.ts';
import { lineChunks } from './line-chunk.ts';
import { type PartOfStream, withAhead } from './parts-ahead.ts';
import { type Bounds, countFromSummary, mayHold, type Picked, pickLines, reversed } from './pick-lines.ts';

/**
 * Yields the lines of a range, in chunks: only parts that may hold some are read, one at a time and some of them ahead
 * (S10). Between two lines the caller guards the gate.
 */
export async function* readLines(
  log: FrozenLog,
  gate: ViewGate,
  name: string,
  range: LineRange,
): AsyncGenerator<readonly LogLine[]> {
  gate.check();
  checkStreamName(name);
  const checked = checkLineRange(range);
  await log.settle();
  gate.check();
  const { from = 1, to = Infinity, since = -Infinity, until = Infinity, last, reverse = false } = checked;
  const reader = log.borrowReader();
  try {
    const stream = log.stream(name, reader);
    if (stream === undefined) return;
    let bounds: Bounds = { from, to, since, until };
    if (last !== undefined) bounds = { ...bounds, from: await firstOfLast(stream, last, bounds, gate) };
    const breather = new Breather();
    for (const next of withAhead(partsOf(stream, bounds, reverse))) {
      if (breather.isDue) await breather.pause();
      if (next === undefined) continue;
      if (next.ready !== undefined) await next.ready;
      gate.check();
      for (const lines of chunks(stream, next.part, bounds, reverse)) {
        yield lines;
        if (breather.isDue) await breather.pause();
        gate.check();
      }
    }
  } finally {
    log.returnReader(reader);
  }
}

function* partsOf(stream: FrozenStream, bounds: Bounds, reverse: boolean): Generator<PartOfStream> {
  for (const part of partsWithin(stream, bounds, reverse)) yield { stream, part };
}

/** The parts that may hold lines within bounds. */
export function* partsWithin(stream: FrozenStream, bounds: Bounds, reverse: boolean): Generator<number> {
  const begin = stream.partOf(bounds.from);
  const end = bounds.to === Infinity ? stream.parts : Math.min(stream.partOf(bounds.to) + 1, stream.parts);
  for (let step = 0; step < end - begin; step++) {
    const part = reverse ? end - 1 - step : begin + step;
    if (mayHold(stream.part(part), bounds)) yield part;
  }
}

function* chunks(stream: FrozenStream, part: number, bounds: Bounds, reverse: boolean): Generator<LogLine[]> {
  const picked = pick(stream, part, bounds, reverse);
  for (const ofRun of reverse ? reversed(picked) : picked) yield* lineChunks(stream.name, ofRun);
}

/** The number of the first of the last `wanted` lines within bounds. */
async function firstOfLast(
  stream: FrozenStream,
  wanted: number,
  bounds: Bounds,
  gate: ViewGate,
): Promise<number> {
  const breather = new Breather();
  let left = wanted;
  for (const part of partsWithin(stream, bounds, true)) {
    if (breather.isDue) await breather.pause();
    gate.check();
    const summary = stream.part(part);
    const counted = countFromSummary(summary, bounds);
    if (counted === undefined) {
      const numbers = numbersOf(pick(stream, part, bounds, true));
      if (numbers.length >= left) return numbers[numbers.length - left] ?? bounds.from;
      left -= numbers.length;
    } else {
      // The numbers of a part follow one another.
      if (counted >= left) return Math.min(summary.first + summary.count - 1, bounds.to) - left + 1;
      left -= counted;
    }
  }
  return bounds.from;
}

function pick(stream: FrozenStream, part: number, bounds: Bounds, backward: boolean): Picked[] {
  return pickLines(stream.runs(part, backward), stream.part(part), bounds);
}

function numbersOf(picked: readonly Picked[]): number[] {
  return picked.flatMap((ofRun) =>
    Array.from({ length: ofRun.count }, (_, i) => ofRun.run.first + ofRun.place(i)),
  );
}
