import type { LineRun, PartSummary } from './line-run.ts';

/** Bounds of a read, inclusive; without a bound the number is infinite. */
export interface Bounds {
  readonly from: number;
  readonly to: number;
  readonly since: number;
  readonly until: number;
}

/** Lines of one run by their places in it, in the order in which they are wanted. */
export interface Picked {
  readonly run: LineRun;
  readonly places: readonly number[];
}

/** Whether a part may have lines within the bounds of time, as far as its summary tells. */
export function mayHold(part: PartSummary, { since, until }: Bounds): boolean {
  return part.maxAt >= since && part.minAt <= until;
}

/** Whether all lines of a part are within the bounds of time. */
export function isWithin(part: PartSummary, { since, until }: Bounds): boolean {
  return part.minAt >= since && part.maxAt <= until;
}

/** How many lines of a part are within bounds, when its summary alone can tell. */
export function countFromSummary(part: PartSummary, bounds: Bounds): number | undefined {
  if (!isWithin(part, bounds)) return undefined;
  const from = Math.max(part.first, bounds.from);
  const to = Math.min(part.first + part.count - 1, bounds.to);
  return Math.max(0, to - from + 1);
}

/** The lines of a part that are within bounds, in order. */
export function pickLines(runs: readonly LineRun[], part: PartSummary, bounds: Bounds): Picked[] {
  const untimed = isWithin(part, bounds);
  return runs.map((run) => ({ run, places: pickFrom(run, bounds, untimed) }));
}

function pickFrom(run: LineRun, { from, to, since, until }: Bounds, untimed: boolean): number[] {
  const places: number[] = [];
  const begin = Math.max(0, from - run.first);
  const end = Math.min(run.count, to - run.first + 1);
  if (begin >= end) return places;
  const times = untimed ? undefined : run.times;
  for (let place = begin; place < end; place++) {
    const at = times?.[place];
    if (at === undefined || (at >= since && at <= until)) places.push(place);
  }
  return places;
}

/** The same from the last to the first. */
export function reversed(picked: readonly Picked[]): Picked[] {
  return picked.map(({ run, places }) => ({ run, places: places.toReversed() })).reverse();
}
