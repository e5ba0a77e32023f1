import type { LineRange, LogLine, LogView } from '@stepwell/core';

/** One log of those that are merged, at its next line. */
interface Head {
  line: LogLine;
  /** What follows; opened when the first line has been given out, so that logs whose time has not come cost one line. */
  rest: AsyncIterator<LogLine> | undefined;
}

export interface MergeOptions {
  /** From the newest line to the oldest. */
  readonly reverse?: boolean;
  /** Which lines of a stream. Default all. */
  readonly rangeOf?: (stream: string) => Pick<LineRange, 'from' | 'since' | 'until'>;
}

/**
 * The lines of several streams in the order in which they were committed, by `(epoch, ordinal)` (S3).
 *
 * Holds one line of each stream, and one open reader for each stream that is being read at the same time: steps that
 * follow one another need one in all, however many they are (S10).
 */
export async function* mergeLines(
  logs: Pick<LogView, 'lines'>,
  streams: Iterable<string>,
  { reverse = false, rangeOf = () => ({}) }: MergeOptions = {},
): AsyncGenerator<LogLine> {
  const before = (a: LogLine, b: LogLine): boolean =>
    reverse ? compareLines(a, b) > 0 : compareLines(a, b) < 0;
  const heads: Head[] = [];
  for (const stream of streams) {
    for await (const line of logs.lines(stream, { ...rangeOf(stream), reverse })) {
      push(heads, { line, rest: undefined }, before);
      break;
    }
  }
  try {
    for (let head = heads[0]; head !== undefined; head = heads[0]) {
      yield head.line;
      head.rest ??= restOf(logs, head.line, rangeOf(head.line.stream), reverse);
      const next = await head.rest.next();
      if (next.done === true) replaceTop(heads, heads.pop() ?? head, before);
      else {
        head.line = next.value;
        sink(heads, 0, before);
      }
    }
  } finally {
    for (const { rest } of heads) await rest?.return?.();
  }
}

/** Which of two lines of one store was committed first: negative when it is `a`. */
export function compareLines(a: LogLine, b: LogLine): number {
  return a.epoch - b.epoch || a.ordinal - b.ordinal;
}

function restOf(
  logs: Pick<LogView, 'lines'>,
  { stream, number }: LogLine,
  range: LineRange,
  reverse: boolean,
): AsyncIterator<LogLine> {
  const rest = reverse ? { to: number - 1, reverse } : { from: number + 1 };
  return logs.lines(stream, { ...range, ...rest })[Symbol.asyncIterator]();
}

type Before = (a: LogLine, b: LogLine) => boolean;

/* A binary heap: no head comes before the one at half its index. */

function push(heads: Head[], head: Head, before: Before): void {
  let at = heads.push(head) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!swapUnlessOrdered(heads, parent, at, before)) return;
    at = parent;
  }
}

/** Puts `last`, which was taken off the end, in the place of the top, which has ended. */
function replaceTop(heads: Head[], last: Head, before: Before): void {
  if (heads.length === 0) return;
  heads[0] = last;
  sink(heads, 0, before);
}

function sink(heads: Head[], from: number, before: Before): void {
  for (let at = from; ; ) {
    const left = 2 * at + 1;
    const [a, b] = [heads[left], heads[left + 1]];
    if (a === undefined) return;
    const child = b !== undefined && before(b.line, a.line) ? left + 1 : left;
    if (!swapUnlessOrdered(heads, at, child, before)) return;
    at = child;
  }
}

/** Whether the two had to change places. */
function swapUnlessOrdered(heads: Head[], parent: number, child: number, before: Before): boolean {
  const [upper, lower] = [heads[parent], heads[child]];
  if (upper === undefined || lower === undefined || !before(lower.line, upper.line)) return false;
  heads[parent] = lower;
  heads[child] = upper;
  return true;
}
