import type { LinePattern, LineRange, LogLine, LogSource, LogView } from '@stepwell/core';
import { LineFilter } from './line-filter.ts';
import { type LogEntry, withLostLines } from './log-entry.ts';
import { type MergeOptions, mergeLines } from './merge-lines.ts';

/** Which lines are asked for. */
export interface EntryOptions {
  readonly source: LogSource | undefined;
  /** Only so many, the last of them. */
  readonly last: number | undefined;
  /** Milliseconds since the Unix epoch, both included. */
  readonly since: number | undefined;
  readonly until: number | undefined;
  readonly pattern: LinePattern | undefined;
  readonly context: number;
  /** No marks for lost lines. */
  readonly raw: boolean;
}

/** Whether lines are picked one by one, so that what was lost has no place between them. */
export function isPicked({ last, since, until, pattern }: EntryOptions): boolean {
  return [last, since, until, pattern].some((given) => given !== undefined);
}

/**
 * What a snapshot shows of these streams, in the order in which it was committed. What passes `filter` is told by it; one
 * that is given may go on later.
 */
export async function* readEntries(
  view: LogView,
  streams: readonly string[],
  options: EntryOptions,
  filter: LineFilter = new LineFilter(options),
): AsyncGenerator<LogEntry> {
  const { last, source, pattern, context, raw } = options;
  const range = timesOf(options);
  const merge: MergeOptions = { rangeOf: () => range };
  if (last !== undefined) {
    yield* await lastEntries(mergeLines(view, streams, { ...merge, reverse: true }), {
      ...options,
      limit: last,
    });
    return;
  }
  if (!isPicked(options) && !raw) {
    for await (const entry of withLostLines(view, streams, mergeLines(view, streams, merge)))
      if (entry.line === undefined || source === undefined || entry.line.source === source) yield entry;
    return;
  }
  const lines = pattern !== undefined && context === 0 ? linesWith(view, pattern) : view;
  for await (const line of mergeLines(lines, streams, merge)) yield* filter.push(line);
}

export function timesOf({ since, until }: Pick<EntryOptions, 'since' | 'until'>): LineRange {
  return { ...(since !== undefined && { since }), ...(until !== undefined && { until }) };
}

/** The entries of so many lines, found from the end and put in order. Holds only these. */
async function lastEntries(
  newestFirst: AsyncIterable<LogLine>,
  options: EntryOptions & { readonly limit: number },
): Promise<readonly LogEntry[]> {
  const filter = new LineFilter(options);
  const entries: LogEntry[] = [];
  for await (const line of newestFirst) {
    for (const entry of filter.push(line)) entries.push(entry);
    if (filter.isDone) break;
  }
  return entries.reverse();
}

/** The lines in which the store finds something: it need not look at what it knows to be without. */
function linesWith(view: Pick<LogView, 'search'>, pattern: LinePattern): Pick<LogView, 'lines'> {
  return {
    async *lines(stream, { reverse: _, last: __, ...range } = {}) {
      for await (const { line } of view.search(pattern, { ...range, streams: [stream] })) yield line;
    },
  };
}
