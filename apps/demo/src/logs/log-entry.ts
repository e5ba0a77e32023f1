import type { LogLine, LogView } from '@stepwell/core';

/** Lines that a power cut took (S2). */
export interface LostLines {
  readonly stream: string;
  readonly from: number;
  readonly to: number;
}

/** What a log shows: lines, and where some are missing. */
export type LogEntry =
  /** `matches` is told where something was searched with its context. */
  | { readonly line: LogLine; readonly matches?: boolean; readonly lost?: never }
  | { readonly lost: LostLines; readonly line?: never }
  /** Between what was found here and there, lines were left out. */
  | { readonly gap: true; readonly line?: never; readonly lost?: never };

/** Puts what was lost where it is missing: before the next line of its stream, or at the end. */
export async function* withLostLines(
  logs: Pick<LogView, 'info'>,
  streams: readonly string[],
  lines: AsyncIterable<LogLine>,
): AsyncGenerator<LogEntry> {
  const lost = new Map<string, LostLines[]>();
  for (const stream of streams) {
    const ranges = (await logs.info(stream))?.lost ?? [];
    if (ranges.length > 0)
      lost.set(
        stream,
        ranges.map((range) => ({ stream, ...range })),
      );
  }
  for await (const line of lines) {
    if (lost.size > 0) yield* takeBefore(lost, line);
    yield { line };
  }
  for (const ranges of lost.values()) for (const range of ranges) yield { lost: range };
}

function* takeBefore(lost: Map<string, LostLines[]>, { stream, number }: LogLine): Generator<LogEntry> {
  const ranges = lost.get(stream);
  while (ranges?.[0] !== undefined && ranges[0].to < number) {
    const range = ranges.shift();
    if (range !== undefined) yield { lost: range };
  }
}
