/** A sealed segment, as far as it matters for deciding what to merge. */
export interface SealedShare {
  readonly id: number;
  readonly bytes: number;
  readonly lines: number;
  /** How many of the lines were pruned since it was written. */
  readonly pruned: number;
}

export interface PlanOptions {
  /** Merge all that fits together, and drop every pruned line. Default false: only what pays. */
  readonly full?: boolean;
}

/** A merged file is no larger, unless one of its inputs was. */
export const maxMergedBytes: number = 1024 ** 3;

/** So many of like size are worth a merge; each byte is rewritten about log₈ of (size of all / size of a seal) times. */
const tierWidth = 8;
/** One that is larger is never merged for its size: two of them would not fit into one file. */
const tierLimits: readonly number[] = [1, 8, 64, 512].map((mebibytes) => mebibytes * 1024 ** 2);
/** Each input is a file that is open for the time of the merge. */
const maxInputs = 64;

/**
 * Which sealed segments to rewrite: groups of neighbours, since their order is the order of epochs; each group becomes one
 * file. A group of one is rewritten to be rid of pruned lines. Merging what it answers, and asking again, comes to an end.
 *
 * - Eight or more neighbours of like size, or smaller, are merged, unless one of them outweighs the others: it would be
 *   rewritten again and again for the sake of a few small ones.
 * - Those of which more than half the lines were pruned are rewritten.
 */
export function planMerges(
  segments: readonly SealedShare[],
  { full = false }: PlanOptions = {},
): readonly (readonly number[])[] {
  const groups = full ? fullGroups(segments) : payingGroups(segments);
  return groups.map((group) => group.map(({ id }) => id));
}

type Group = readonly SealedShare[];

function fullGroups(segments: readonly SealedShare[]): Group[] {
  return chunksOf(segments).filter(([first, second]) => second !== undefined || (first?.pruned ?? 0) > 0);
}

function payingGroups(segments: readonly SealedShare[]): Group[] {
  const taken = new Map<SealedShare, Group>();
  const take = (group: Group) => {
    for (const segment of group) taken.set(segment, group);
  };
  for (const limit of tierLimits) {
    const alike = runsOf(segments, (segment) => !taken.has(segment) && keptBytes(segment) <= limit);
    for (const run of alike) {
      if (run.length >= tierWidth) chunksOf(run).filter(isBalanced).forEach(take);
    }
  }
  const pruned = runsOf(segments, (segment) => !taken.has(segment) && segment.pruned * 2 > segment.lines);
  for (const run of pruned) chunksOf(run).forEach(take);
  return [
    ...new Set(segments.flatMap((segment) => taken.get(segment) ?? []).map((one) => taken.get(one) ?? [])),
  ];
}

/** No member is larger than the others together: so whatever is rewritten is then part of something twice its size. */
function isBalanced(group: Group): boolean {
  const sizes = group.map(keptBytes);
  return group.length > 1 && 2 * Math.max(...sizes) <= sizes.reduce((sum, size) => sum + size, 0);
}

/** The longest runs of neighbours that belong. */
function runsOf(segments: readonly SealedShare[], belongs: (segment: SealedShare) => boolean): Group[] {
  const runs: SealedShare[][] = [];
  let run: SealedShare[] = [];
  for (const segment of segments) {
    if (!belongs(segment)) {
      run = [];
      continue;
    }
    if (run.length === 0) runs.push(run);
    run.push(segment);
  }
  return runs;
}

/** Cuts neighbours into groups that each fit into one file, from the oldest on. */
function chunksOf(segments: readonly SealedShare[]): Group[] {
  const chunks: SealedShare[][] = [];
  let chunk: SealedShare[] = [];
  let bytes = 0;
  for (const segment of segments) {
    const more = keptBytes(segment);
    if (chunk.length === 0 || bytes + more > maxMergedBytes || chunk.length === maxInputs) {
      chunk = [];
      bytes = 0;
      chunks.push(chunk);
    }
    chunk.push(segment);
    bytes += more;
  }
  return chunks;
}

/** About what is left of it when its pruned lines are dropped. */
function keptBytes({ bytes, lines, pruned }: SealedShare): number {
  return lines === 0 ? bytes : bytes * (1 - pruned / lines);
}
