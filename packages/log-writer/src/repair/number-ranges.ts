import type { NumberRange } from '../format/sealed-directory.ts';

/** The same numbers, in order, in as few ranges as there can be. */
export function unite(ranges: Iterable<NumberRange>): NumberRange[] {
  const united: { from: number; to: number }[] = [];
  for (const { from, to } of [...ranges].sort((a, b) => a.from - b.from)) {
    const last = united.at(-1);
    if (from > to) continue;
    if (last !== undefined && from <= last.to + 1) last.to = Math.max(last.to, to);
    else united.push({ from, to });
  }
  return united;
}

/** The numbers of `ranges` that are in none of `taken`; both as {@link unite} makes them. */
export function subtract(ranges: readonly NumberRange[], taken: readonly NumberRange[]): NumberRange[] {
  const left: NumberRange[] = [];
  let i = 0;
  for (const { from, to } of ranges) {
    let begin = from;
    while (i > 0 && (taken[i - 1]?.to ?? 0) >= from) i -= 1;
    for (let other = taken[i]; other !== undefined && other.from <= to; other = taken[i]) {
      if (other.from > begin) left.push({ from: begin, to: other.from - 1 });
      begin = Math.max(begin, other.to + 1);
      if (other.to > to) break;
      i += 1;
    }
    if (begin <= to) left.push({ from: begin, to });
  }
  return left;
}

/** How many numbers there are in them. */
export function countOf(ranges: readonly NumberRange[]): number {
  return ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0);
}
