import type { LineKind } from './line-kind.ts';
import type { StoredLine } from './log-line.ts';

/**
 * The lines of one op as columns: what a driver that stores many lines at once reads, instead of an object for each.
 * Nobody writes to them.
 */
export interface LineColumns {
  readonly count: number;
  /** The place of its first line in the lists that follow: ops that were gathered together share them. */
  readonly from: number;
  /** Of each line: its text, or how many of `bytes` are its own. */
  readonly contents: readonly (string | number)[];
  /** Of all lines that are bytes, one behind the other. */
  readonly bytes: Uint8Array;
  /** When they were written, milliseconds since the Unix epoch: one for all, or one for each. */
  readonly times: number | readonly number[];
  /** One for all, or one for each. */
  readonly kinds: LineKind | readonly LineKind[];
}

/** The lines one by one. Their bytes are copies: nobody gets hold of those that will be stored. */
export function linesOfColumns({ count, from, contents, bytes, times, kinds }: LineColumns): StoredLine[] {
  const lines: StoredLine[] = [];
  let taken = 0;
  for (let i = from; i < from + count; i += 1) {
    const content = contents[i] ?? '';
    const own = typeof content === 'number' ? bytes.slice(taken, taken + content) : content;
    if (typeof content === 'number') taken += content;
    const at = typeof times === 'number' ? times : (times[i] ?? 0);
    const { level, source, terminated } = kindAt(kinds, i);
    lines.push({ content: own, at, level, source, terminated });
  }
  return lines;
}

function kindAt(kinds: LineKind | readonly LineKind[], i: number): LineKind {
  return isList(kinds) ? (kinds[i] as LineKind) : kinds;
}

/** `Array.isArray`, which does not know of lists that are only read. */
function isList(kinds: LineKind | readonly LineKind[]): kinds is readonly LineKind[] {
  return Array.isArray(kinds);
}
