import { type CheckedSearch, type LogLine, type Match, makeLogLine } from '@stepwell/core';
import { findBytes } from './find-bytes.ts';
import type { KeptLine } from './log-state.ts';

/** A line in which a search found something. */
export interface Found {
  readonly line: KeptLine;
  readonly offset: number;
  /** Where the line stands among those that were searched. */
  readonly place: number;
}

/** Which of the lines of one stream a search means, without its limit. */
export function* findLines(lines: readonly KeptLine[], search: CheckedSearch): Generator<Found> {
  const { pattern, ignoreCase, from, to, since, until } = search;
  // A copy: a pattern is somebody else's code.
  const find =
    typeof pattern === 'string'
      ? findBytes(pattern, ignoreCase)
      : (bytes: Uint8Array) => pattern.find(Uint8Array.from(bytes));
  for (const [place, line] of lines.entries()) {
    if (line.number < from || line.number > to || line.at < since || line.at > until) continue;
    const offset = find(line.bytes);
    if (offset >= 0) yield { line, offset, place };
  }
}

/** A match with the lines around it, whatever the search says of those that match. */
export function inContext(
  lines: readonly KeptLine[],
  { line, offset, place }: Found,
  { before, after }: CheckedSearch,
): Match {
  return {
    line: handOut(line),
    offset,
    before: lines.slice(Math.max(0, place - before), place).map(handOut),
    after: lines.slice(place + 1, place + 1 + after).map(handOut),
  };
}

/** A line for somebody else to keep, and to change. */
export function handOut(line: KeptLine): LogLine {
  return makeLogLine({ ...line, bytes: Uint8Array.from(line.bytes) });
}
