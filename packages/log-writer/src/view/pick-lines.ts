import type { LinesFrame } from '../format/lines-frame.ts';
import type { StreamPart } from '../index/stream-index.ts';
import type { Picked } from './line-chunk.ts';

/** Bounds of a read, inclusive; without a bound the number is infinite. */
export interface Bounds {
  readonly from: number;
  readonly to: number;
  readonly since: number;
  readonly until: number;
}

/** Whether a part may have lines within the bounds of time, as far as the index tells. */
export function mayHold(part: StreamPart, { since, until }: Bounds): boolean {
  return part.maxAt >= since && part.minAt <= until;
}

/** How many lines of a part are within bounds, when the index alone can tell. */
export function countFromIndex(part: StreamPart, bounds: Bounds): number | undefined {
  if (!mayHold(part, bounds)) return 0;
  if (part.minAt < bounds.since || part.maxAt > bounds.until) return undefined;
  return Math.max(
    0,
    Math.min(part.first + part.count - 1, bounds.to) - Math.max(part.first, bounds.from) + 1,
  );
}

/** The lines of `stream` in a frame that are within bounds, in order. */
export function pickLines(frame: LinesFrame, stream: string, part: StreamPart, bounds: Bounds): Picked {
  const numbers: number[] = [];
  const ordinals: number[] = [];
  const untimed = part.minAt >= bounds.since && part.maxAt <= bounds.until;
  let next = part.first;
  for (const run of frame.runsOf(stream)) {
    const begin = Math.max(next, bounds.from);
    const end = Math.min(next + run.count - 1, bounds.to);
    for (let number = begin; number <= end; number++) {
      const ordinal = run.ordinal + number - next;
      const at = untimed ? 0 : (frame.times[ordinal] ?? 0);
      if (!untimed && (at < bounds.since || at > bounds.until)) continue;
      numbers.push(number);
      ordinals.push(ordinal);
    }
    next += run.count;
  }
  return { numbers, ordinals };
}
