import type { LineRun, PartSummary } from './line-run.ts';

/** Bounds of a read, inclusive; without a bound the number is infinite. */
export interface Bounds {
  readonly from: number;
  readonly to: number;
  readonly since: number;
  readonly until: number;
}

/** Lines of one run by their places in it, in the order in which they are wanted. */
export class Picked {
  readonly run: LineRun;
  readonly count: number;
  readonly #first: number;
  readonly #step: 1 | -1;
  /** Where they do not follow one another. */
  readonly #places: readonly number[] | undefined;

  private constructor(run: LineRun, count: number, first: number, step: 1 | -1, places?: readonly number[]) {
    this.run = run;
    this.count = count;
    this.#first = first;
    this.#step = step;
    this.#places = places;
  }

  /** Neighbours: a page of a long stream needs no list of them. */
  static range(run: LineRun, begin: number, end: number): Picked {
    return new Picked(run, Math.max(0, end - begin), begin, 1);
  }

  static list(run: LineRun, places: readonly number[]): Picked {
    return new Picked(run, places.length, 0, 1, places);
  }

  place(i: number): number {
    return this.#places === undefined ? this.#first + i * this.#step : (this.#places[i] ?? 0);
  }

  /** The same from the last to the first. */
  reversed(): Picked {
    const { run, count } = this;
    if (this.#places !== undefined) return Picked.list(run, this.#places.toReversed());
    return new Picked(run, count, this.place(count - 1), this.#step === 1 ? -1 : 1);
  }
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
  return runs.map((run) => pickFrom(run, bounds, untimed));
}

function pickFrom(run: LineRun, { from, to, since, until }: Bounds, untimed: boolean): Picked {
  const begin = Math.max(0, from - run.first);
  const end = Math.min(run.count, to - run.first + 1);
  if (untimed || begin >= end) return Picked.range(run, begin, end);
  const { times } = run;
  const places: number[] = [];
  for (let place = begin; place < end; place++) {
    const at = times[place] ?? 0;
    if (at >= since && at <= until) places.push(place);
  }
  return Picked.list(run, places);
}

/** The same from the last to the first. */
export function reversed(picked: readonly Picked[]): Picked[] {
  return picked.map((ofRun) => ofRun.reversed()).reverse();
}
