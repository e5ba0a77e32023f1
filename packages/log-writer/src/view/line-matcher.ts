import type { CheckedPattern, CheckedSearch } from '@stepwell/core';
import type { FrozenStream } from './frozen-stream.ts';
import type { LineRun } from './line-run.ts';
import { type Bounds, isWithin } from './pick-lines.ts';
import type { SharedPiece } from './stream-in-segment.ts';
import { TextFinder } from './text-finder.ts';

/** So many lines are tried before somebody looks at the clock. */
const linesBetweenLooks = 64;

/** A line in which something was found. */
export interface Found {
  readonly run: LineRun;
  /** Which line of the run. */
  readonly place: number;
  /** Where in the line, in bytes. */
  readonly offset: number;
}

/**
 * Finds the lines of a part that a search means. Frames and blocks that hold none of the texts that a line must hold are
 * passed over before a line of them is decoded; frames, which many streams share, are not even read a second time.
 */
export class LineMatcher {
  readonly #bounds: Bounds;
  /** Texts of which every line that matches holds one. */
  readonly #texts: TextFinder | undefined;
  /** Bytes of the text that is searched for. */
  readonly #length: number;
  readonly #pattern: CheckedPattern | undefined;
  readonly #without: PiecesWithout = new PiecesWithout();

  constructor(search: CheckedSearch) {
    const { pattern, ignoreCase } = search;
    this.#bounds = search;
    if (typeof pattern === 'string') {
      this.#length = Buffer.byteLength(pattern);
      this.#texts = new TextFinder([pattern], ignoreCase);
    } else {
      this.#length = 0;
      this.#pattern = pattern;
      if (pattern.required) this.#texts = new TextFinder(pattern.required, pattern.requiredIgnoreCase);
    }
  }

  /** Whether it is known that part `i` holds nothing: it need not be read. */
  isWithout(stream: FrozenStream, i: number): boolean {
    return this.#without.has(stream.pieceOf(i));
  }

  /** The lines of part `i` that are meant, and now and then `undefined`, so that the caller may pause. @throws `CORRUPT IO` */
  *matches(stream: FrozenStream, i: number): Generator<Found | undefined> {
    const piece = stream.pieceOf(i);
    if (this.#without.has(piece)) return;
    const runs = stream.runs(i);
    const content = runs[0]?.content;
    if (content === undefined) return;
    if (this.#texts?.isIn(content) === false) {
      this.#without.add(piece);
      return;
    }
    const isTimed = !isWithin(stream.part(i), this.#bounds);
    for (const run of runs) yield* this.#matchesIn(run, isTimed);
  }

  *#matchesIn(run: LineRun, isTimed: boolean): Generator<Found | undefined> {
    const { from, to, since, until } = this.#bounds;
    const begin = Math.max(0, from - run.first);
    const end = Math.min(run.count, to - run.first + 1);
    if (begin >= end) return;
    const times = isTimed ? run.times : undefined;
    let tried = 0;
    for (const { place, offset } of this.#texts === undefined
      ? this.#everyLine(run, begin, end)
      : this.#linesWithText(run, this.#texts, begin, end)) {
      const at = times?.[place];
      const isMeant = at === undefined || (at >= since && at <= until);
      const found = isMeant ? this.#tryLine(run, place, offset) : -1;
      if (found >= 0) yield { run, place, offset: found };
      else if (++tried % linesBetweenLooks === 0) yield undefined;
    }
  }

  /** Where in a line the pattern is, or the text, which is at `offset`; -1 for nowhere. */
  #tryLine({ content, starts }: LineRun, place: number, offset: number): number {
    if (this.#pattern === undefined) return offset;
    return this.#pattern.find(content.subarray(starts[place], starts[place + 1]));
  }

  *#everyLine(_: LineRun, begin: number, end: number): Generator<{ place: number; offset: number }> {
    for (let place = begin; place < end; place++) yield { place, offset: 0 };
  }

  *#linesWithText(
    { content, starts }: LineRun,
    texts: TextFinder,
    begin: number,
    end: number,
  ): Generator<{ place: number; offset: number }> {
    const behind = starts[end] ?? 0;
    let place = begin;
    for (let from = starts[begin] ?? 0; from < behind; ) {
      const at = texts.next(content, from);
      if (at >= behind) return;
      place = lineAt(starts, place, end - 1, at);
      const lineEnd = starts[place + 1] ?? 0;
      if (at + this.#length > lineEnd) {
        // It begins in one line and ends in another.
        from = at + 1;
        continue;
      }
      yield { place, offset: at - (starts[place] ?? 0) };
      from = lineEnd;
    }
  }
}

/** Which frames and blocks are known to hold nothing: one bit each. */
class PiecesWithout {
  readonly #pieces: Map<object, Uint8Array> = new Map();

  has({ of, at }: SharedPiece): boolean {
    return (((this.#pieces.get(of)?.[at >>> 3] ?? 0) >>> (at & 7)) & 1) === 1;
  }

  add({ of, at }: SharedPiece): void {
    let known = this.#pieces.get(of) ?? new Uint8Array(64);
    if (at >>> 3 >= known.length) {
      const longer = new Uint8Array(2 * ((at >>> 3) + 1));
      longer.set(known);
      known = longer;
    }
    known[at >>> 3] = (known[at >>> 3] ?? 0) | (1 << (at & 7));
    this.#pieces.set(of, known);
  }
}

/** The line, from place `low` to `high`, in which the byte at `position` of the content is. */
function lineAt(starts: Float64Array, low: number, high: number, position: number): number {
  // Where every line matches, the next one is the one.
  if (position < (starts[low + 1] ?? 0)) return low;
  let begin = low;
  let end = high;
  while (begin < end) {
    const middle = (begin + end + 1) >>> 1;
    if ((starts[middle] ?? 0) <= position) begin = middle;
    else end = middle - 1;
  }
  return begin;
}
