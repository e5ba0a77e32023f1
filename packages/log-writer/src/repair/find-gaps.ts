import type { NumberRange } from '../format/sealed-directory.ts';
import { isFramed, type LogItem, makeGap } from './log-items.ts';
import { subtract, unite } from './number-ranges.ts';

/** A range of a stream that is in no segment. */
export interface LostLines extends NumberRange {
  readonly name: string;
}

interface Seen {
  /** The number behind all that was seen. */
  next: number;
  /** The last item that says something of the stream. */
  item: number;
  /** No line below this one comes later. */
  claimed: number;
}

/**
 * Finds the numbers that are in no segment, and are neither lost already nor pruned, and has an item tell of them: one that
 * is rewritten anyway and stands where they belong, else a new one. Lines that are there twice are kept where they stand first.
 * @param extents the last line of each stream that the leader knows of
 * @returns the items with those that were added
 */
export function findGaps(
  items: readonly LogItem[],
  extents: Readonly<Record<string, number>>,
): { readonly items: readonly LogItem[]; readonly lost: readonly LostLines[] } {
  const pruned = new Map<string, number>();
  for (const { facts } of items)
    for (const [name, { prunedThrough }] of facts.streams)
      pruned.set(name, Math.max(prunedThrough, pruned.get(name) ?? 0));
  const added = new Map<number, LogItem>();
  const lost: LostLines[] = [];
  const itemIn = (low: number, high: number): LogItem => {
    const only = items[low];
    // Between its own lines a segment has to tell by itself.
    if (low === high && only !== undefined) only.rewrite = true;
    const rewritten = items.slice(low, high + 1).find(({ rewrite }) => rewrite);
    const item = rewritten ?? added.get(high) ?? makeGap();
    if (rewritten === undefined) added.set(high, item);
    return item;
  };
  const place = (name: string, low: number, high: number, from: number, to: number): void => {
    const begin = Math.max(from, (pruned.get(name) ?? 0) + 1);
    const before = items[high];
    // Frames follow one another without gaps, also where the lines between them are pruned by now.
    if (begin > to && (before === undefined || !isFramed(before))) return;
    const item = itemIn(low, high);
    item.nexts.set(name, to + 1);
    if (begin > to) return;
    item.lost.set(name, [...(item.lost.get(name) ?? []), { from: begin, to }]);
    lost.push({ name, from: begin, to });
  };

  const seen = new Map<string, Seen>();
  for (const [i, item] of items.entries()) {
    for (const [name, facts] of item.facts.streams) {
      const known = seen.get(name) ?? { next: 1, item: 0, claimed: 1 };
      seen.set(name, known);
      if (known.next > 1 && facts.lines.length > 0 && (facts.lines[0]?.from ?? 0) < known.next) {
        item.rewrite = true;
        item.floors.set(name, known.next);
      }
      const behind = [{ from: known.next, to: Number.MAX_SAFE_INTEGER }];
      const within = (ranges: readonly NumberRange[]): NumberRange[] =>
        subtract(unite(ranges), subtract([{ from: 1, to: Number.MAX_SAFE_INTEGER }], behind));
      facts.lines = within(facts.lines);
      facts.lost = subtract(within(facts.lost), facts.lines);
      for (const { from, to } of unite([...facts.lines, ...facts.lost])) {
        // What is dropped of pruned lines, the segment says itself that it dropped.
        if (from > known.next && !(known.claimed >= from && from - 1 <= (pruned.get(name) ?? 0)))
          place(name, known.item, i, known.next, from - 1);
        known.next = to + 1;
        known.item = i;
      }
      facts.next = Math.max(facts.next, known.next, facts.prunedThrough + 1);
      known.claimed = Math.max(known.claimed, facts.next);
      known.item = i;
    }
  }
  for (const [name, last] of Object.entries(extents))
    if (!seen.has(name)) seen.set(name, { next: 1, item: 0, claimed: last + 1 });
  for (const [name, { next, item, claimed }] of seen) {
    const end = Math.max(claimed, Object.hasOwn(extents, name) ? (extents[name] ?? 0) + 1 : 1);
    if (end > next) place(name, item, items.length, next, end - 1);
  }
  const all = [...items.entries(), [items.length, undefined] as const].flatMap(([i, item]) => {
    return [added.get(i), item].filter((one) => one !== undefined);
  });
  return { items: all, lost };
}
