import { type LogItem, makeItem } from './log-items.ts';
import { subtract, unite } from './number-ranges.ts';
import type { SegmentFacts } from './segment-facts.ts';
import type { SurveyedFile } from './surveyed-file.ts';

/**
 * Makes a list of segments of all files that there are, where no manifest says which belong to the log: those of which all
 * is in others too are left out, as the inputs of a compaction are, and its output if it died before it was complete. What
 * is then left of the same commits in several files is put into one.
 */
export function chooseFiles(files: readonly SurveyedFile[]): LogItem[] {
  const chosen = new Set(files.filter(({ facts }) => facts.streams.size > 0));
  const inOrder = [...chosen].sort((a, b) => a.file.id - b.file.id);
  // A segment that is made of others has a higher id than they. Unless it is damaged, it is the one to keep.
  const damaged = inOrder.filter(({ problems }) => problems.length > 0).reverse();
  for (const file of [...damaged, ...inOrder.filter(({ problems }) => problems.length === 0)]) {
    const others = [...chosen].filter((other) => other !== file && overlap(other.facts, file.facts));
    if (others.length > 0 && isContained(file.facts, others)) chosen.delete(file);
  }
  return inGroups([...chosen]).map((group) => {
    // One without commits has no place among the others: what it says of streams is said anew, behind them.
    const isOdd =
      group.length > 1 || group.some((file) => file.facts.firstEpoch === Number.POSITIVE_INFINITY);
    return makeItem(group, undefined, isOdd || group.some(({ problems }) => problems.length > 0));
  });
}

function overlap(a: SegmentFacts, b: SegmentFacts): boolean {
  return a.firstEpoch <= b.lastEpoch && b.firstEpoch <= a.lastEpoch;
}

function isContained({ streams }: SegmentFacts, others: readonly SurveyedFile[]): boolean {
  return [...streams].every(([name, { lines, lost, prunedThrough }]) => {
    const theirs = others.map(({ facts }) => facts.streams.get(name)).filter((facts) => facts !== undefined);
    const through = Math.max(0, ...theirs.map((facts) => facts.prunedThrough));
    const pruned = through > 0 ? [{ from: 1, to: through }] : [];
    const have = unite([...theirs.flatMap((facts) => facts.lines), ...pruned]);
    const known = unite([...have, ...theirs.flatMap((facts) => facts.lost)]);
    return (
      prunedThrough <= through &&
      subtract(unite(lines), have).length === 0 &&
      subtract(unite(lost), known).length === 0
    );
  });
}

/** In the order of their commits; those that have commits in common together. One without commits comes last. */
function inGroups(files: readonly SurveyedFile[]): SurveyedFile[][] {
  const groups: SurveyedFile[][] = [];
  let lastEpoch = -1;
  const sorted = [...files].sort((a, b) =>
    a.facts.firstEpoch === b.facts.firstEpoch
      ? a.file.id - b.file.id
      : a.facts.firstEpoch - b.facts.firstEpoch,
  );
  for (const file of sorted) {
    const { firstEpoch, lastEpoch: last } = file.facts;
    if (firstEpoch <= lastEpoch) groups.at(-1)?.push(file);
    else groups.push([file]);
    lastEpoch = Math.max(lastEpoch, last);
  }
  return groups;
}
