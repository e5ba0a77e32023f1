import type { DirectoryEntry } from '../format/sealed-directory.ts';
import type { SegmentFacts } from './segment-facts.ts';

/** Adds what the directory says of a stream; its lines only where they are known to be there. */
export function addEntry(facts: SegmentFacts, entry: DirectoryEntry, withLines: boolean): void {
  const { name, spans, lost, prunedThrough, next } = entry;
  if (withLines) for (const { from, count } of spans) facts.addLines(name, from, count);
  for (const range of lost) facts.addLost(name, range);
  facts.addPrune(name, prunedThrough);
  const stream = facts.stream(name);
  stream.next = Math.max(stream.next, next);
}
