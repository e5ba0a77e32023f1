import type { LogLineInit } from '../logs/log-line.ts';
import { readGiven } from '../validation/copy-json.ts';
import type { LogInput } from './recorder.ts';

/** What `log()` was given, as lines: text is split at its line ends, a line with details stays one line. */
export function splitLines(input: LogInput, now: number): LogLineInit[] {
  if (typeof input !== 'string') return [readGiven(() => ({ at: now, ...input }))];
  const text = input.endsWith('\n') ? input.slice(0, -1) : input;
  return text
    .split('\n')
    .map((line) => ({ content: line.endsWith('\r') ? line.slice(0, -1) : line, at: now }));
}
