import type { LineRange, StreamInfo } from './log-view.ts';

/** Numbers of lines that a power cut took (S2), both ends included. */
export interface LostRange {
  readonly from: number;
  readonly to: number;
}

/** What stands in the place of lost lines where a log is given as text. */
export function lostMark({ from, to }: LostRange): string {
  const which = from === to ? `line ${from} was` : `lines ${from} to ${to} were`;
  return `[stepwell: ${which} lost when the power failed]`;
}

/** Tells, as lines come by in their order, which lost ones lie between them. */
export class LostMarks {
  readonly #ranges: LostRange[];
  readonly #reverse: boolean;
  /** Whether ranges before the first line, and behind the last, belong to what was asked for. */
  readonly #startsThere: boolean;
  readonly #endsThere: boolean;
  #isFirst = true;

  constructor({ lost, first }: Pick<StreamInfo, 'lost' | 'first'>, range: LineRange) {
    const from = Math.max(first, range.from ?? 1);
    const to = range.to ?? Number.MAX_SAFE_INTEGER;
    this.#reverse = range.reverse === true;
    const ranges = lost
      .map((one) => ({ from: Math.max(one.from, from), to: Math.min(one.to, to) }))
      .filter((one) => one.from <= one.to)
      .sort((a, b) => a.from - b.from);
    this.#ranges = this.#reverse ? ranges.reverse() : ranges;
    // What was lost bears no time.
    const lower = range.since === undefined && range.last === undefined;
    const upper = range.until === undefined;
    this.#startsThere = this.#reverse ? upper : lower;
    this.#endsThere = this.#reverse ? lower : upper;
  }

  /** The ranges that come before this line and behind the one before it. */
  before(number: number): readonly LostRange[] {
    const { length } = this.#ranges;
    if (length === 0) return [];
    const next = this.#ranges.findIndex((one) => (this.#reverse ? one.to < number : one.from > number));
    const passed = this.#ranges.splice(0, next === -1 ? length : next);
    const told = this.#isFirst && !this.#startsThere ? [] : passed;
    this.#isFirst = false;
    return told;
  }

  /** Those behind the last line. */
  rest(): readonly LostRange[] {
    return this.#endsThere && (!this.#isFirst || this.#startsThere) ? this.#ranges.splice(0) : [];
  }
}
