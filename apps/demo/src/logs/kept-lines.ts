import type { StreamInfo } from '@stepwell/core';

/** The number of the first line that is there: the beginning may be pruned, or lost to a power cut (S2). */
export function firstKept({ first, lines, lost }: StreamInfo): number | undefined {
  let at = first;
  for (const range of [...lost].sort((a, b) => a.from - b.from)) {
    if (range.from <= at && range.to >= at) at = range.to + 1;
  }
  return at <= lines ? at : undefined;
}

/** The number of the last line that is there. */
export function lastKept({ first, lines, lost }: StreamInfo): number | undefined {
  let at = lines;
  for (const range of [...lost].sort((a, b) => b.to - a.to)) {
    if (range.from <= at && range.to >= at) at = range.from - 1;
  }
  return at >= first ? at : undefined;
}
