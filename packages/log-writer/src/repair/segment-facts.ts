import type { Epoch } from '@stepwell/core';
import type { NumberRange } from '../format/sealed-directory.ts';
import { unite } from './number-ranges.ts';

/** What can be read of a stream in some file. */
export interface StreamFacts {
  /** Numbers of lines that are there. */
  lines: NumberRange[];
  /** Numbers that were lost before. */
  lost: NumberRange[];
  prunedThrough: number;
  /** No line below is in a later file; 1 where nothing is said. */
  next: number;
}

/** What can be read of a file: of which streams there is what, and of which commits. */
export class SegmentFacts {
  readonly streams: Map<string, StreamFacts> = new Map();
  /** `Infinity` and 0 while no commit is known. */
  firstEpoch: Epoch = Number.POSITIVE_INFINITY;
  lastEpoch: Epoch = 0;

  stream(name: string): StreamFacts {
    let facts = this.streams.get(name);
    if (facts === undefined) {
      facts = { lines: [], lost: [], prunedThrough: 0, next: 1 };
      this.streams.set(name, facts);
    }
    return facts;
  }

  addLines(name: string, first: number, count: number): void {
    const facts = this.stream(name);
    const last = facts.lines.at(-1);
    if (last !== undefined && last.to + 1 === first)
      facts.lines[facts.lines.length - 1] = { from: last.from, to: first + count - 1 };
    else if (count > 0) facts.lines.push({ from: first, to: first + count - 1 });
    facts.next = Math.max(facts.next, first + count);
  }

  addLost(name: string, range: NumberRange): void {
    const facts = this.stream(name);
    facts.lost.push(range);
    facts.next = Math.max(facts.next, range.to + 1);
  }

  addPrune(name: string, through: number): void {
    const facts = this.stream(name);
    facts.prunedThrough = Math.max(facts.prunedThrough, through);
  }

  noteEpoch(epoch: Epoch): void {
    this.firstEpoch = Math.min(this.firstEpoch, epoch);
    this.lastEpoch = Math.max(this.lastEpoch, epoch);
  }

  /** Adds all that another file says. */
  add(other: SegmentFacts): void {
    for (const [name, { lines, lost, prunedThrough, next }] of other.streams) {
      const facts = this.stream(name);
      facts.lines = unite([...facts.lines, ...lines]);
      facts.lost = unite([...facts.lost, ...lost]);
      facts.prunedThrough = Math.max(facts.prunedThrough, prunedThrough);
      facts.next = Math.max(facts.next, next);
    }
    this.firstEpoch = Math.min(this.firstEpoch, other.firstEpoch);
    this.lastEpoch = Math.max(this.lastEpoch, other.lastEpoch);
  }
}
