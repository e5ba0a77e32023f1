import type { StreamInfo } from '@stepwell/core';

/** The number of the first line that is there: a power cut may have taken the beginning (S2). */
export function firstKept({ lines, lost }: StreamInfo): number | undefined {
  let at = 1;
  for (const range of [...lost].sort((a, b) => a.from - b.from)) {
    if (range.from <= at && range.to >= at) at = range.to + 1;
  }
  return at <= lines ? at : undefined;
}

/** The number of the last line that is there. */
export function lastKept({ lines, lost }: StreamInfo): number | undefined {
  let at = lines;
  for (const range of [...lost].sort((a, b) => b.to - a.to)) {
    if (range.from <= at && range.to >= at) at = range.from - 1;
  }
  return at >= 1 ? at : undefined;
}
