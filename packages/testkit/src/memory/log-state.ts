import { type Epoch, type Head, type LogLine, uuidv7 } from '@stepwell/core';
import { compareText } from './compare-text.ts';
import { SortedMap } from './sorted-map.ts';

/** A line as it is kept: its text is decoded when somebody asks. */
export type KeptLine = Omit<LogLine, 'text' | 'toJSON'>;

export interface LogStream {
  /** By number. */
  readonly lines: SortedMap<number, KeptLine>;
  /** The last number that was given out, also when its line was lost: the next line gets one more. */
  readonly last: number;
  /** S2: numbers whose lines are gone for good. */
  readonly lost: readonly LostRange[];
  /** In the order of their commits. What they took stays in `lines`, for the snapshots from before them (S4). */
  readonly prunes: readonly { readonly epoch: Epoch; readonly through: number }[];
}

export interface LostRange {
  readonly from: number;
  readonly to: number;
}

/** One state of all logs. Immutable: a commit replaces the whole, a pin keeps it. */
export interface LogState {
  readonly head: Head;
  readonly streams: SortedMap<string, LogStream>;
}

/** New logs, before their first commit. */
export function emptyLogState(): LogState {
  return { head: { epoch: 0, lineage: uuidv7(), marks: {} }, streams: new SortedMap(compareText) };
}

export function emptyStream(): LogStream {
  return { lines: new SortedMap<number, KeptLine>((a, b) => a - b), last: 0, lost: [], prunes: [] };
}

/** `stream` without what commits after `epoch` did. */
export function cutStream(stream: LogStream, epoch: Epoch): LogStream {
  let { lines } = stream;
  for (const [number, line] of stream.lines.reversed()) {
    if (line.epoch <= epoch) break;
    lines = lines.delete(number);
  }
  const [end] = lines.reversed();
  const prunes = stream.prunes.filter((prune) => prune.epoch <= epoch);
  return { ...stream, lines, prunes, last: Math.max(end?.[0] ?? 0, stream.lost.at(-1)?.to ?? 0) };
}

/** The number of the first line that is kept, as commits up to `epoch` leave it. */
export function firstKept({ prunes }: LogStream, epoch: Epoch): number {
  return prunes.reduce(
    (first, prune) => (prune.epoch <= epoch ? Math.max(first, prune.through + 1) : first),
    1,
  );
}
