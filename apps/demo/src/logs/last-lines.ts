import type { LogLine } from '@stepwell/core';

/** The first `count` of `newestFirst` that fit, in the order in which they were written. Holds only these. */
export async function lastLines(
  newestFirst: AsyncIterable<LogLine>,
  count: number,
  fits: (line: LogLine) => boolean,
): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  for await (const line of newestFirst) {
    if (fits(line) && lines.push(line) >= count) break;
  }
  return lines.reverse();
}
