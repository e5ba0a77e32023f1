import type { LinePattern } from './line-pattern.ts';
import type { LogLine } from './log-line.ts';

/** Which lines of a stream. All conditions hold together; bounds are inclusive. */
export interface LineRange {
  /** First line number, from 1. */
  readonly from?: number;
  /** Last line number. */
  readonly to?: number;
  /** Only the last so many of what the other bounds leave. */
  readonly last?: number;
  /** Written at or after, milliseconds since the Unix epoch. */
  readonly since?: number;
  /** Written at or before. */
  readonly until?: number;
  /** From the end to the beginning. */
  readonly reverse?: boolean;
}

/** Where a search looks. All conditions hold together; bounds are inclusive. */
export interface CountOptions {
  /** Which streams; default all. */
  readonly streams?: readonly string[];
  /** Fold letters of ASCII. Default false. For a text; a {@link LinePattern} says itself what it folds. */
  readonly ignoreCase?: boolean;
  /** The first line number of each stream to look at, from 1. */
  readonly from?: number;
  /** The last line number of each stream to look at. */
  readonly to?: number;
  /** Only lines written at or after, milliseconds since the Unix epoch. */
  readonly since?: number;
  /** Only lines written at or before. */
  readonly until?: number;
}

export interface SearchOptions extends CountOptions {
  /** At most so many matches. */
  readonly limit?: number;
  /**
   * So many lines of the same stream before and after each match, 0 to 1,000; a number stands for both. The other options
   * say what matches, not what stands around it. Matches that are close together each bear their own context, so that
   * a line may come more than once.
   */
  readonly context?: number | { readonly before?: number; readonly after?: number };
}

/** A line that contains what was searched. */
export interface Match {
  readonly line: LogLine;
  /** Byte offset in `line.bytes` where it first stands. */
  readonly offset: number;
  /** The lines of the stream before it, in their order, as many as the context asks for and there are. Empty without context. */
  readonly before: readonly LogLine[];
  /** The lines of the stream behind it, in their order. */
  readonly after: readonly LogLine[];
}

/** How many lines of a stream contain what was searched. */
export interface LineCount {
  readonly stream: string;
  readonly lines: number;
}

export interface StreamInfo {
  readonly stream: string;
  /**
   * The number of the first line that is kept: 1 until the stream is pruned, `lines + 1` when all of it is. Lines from
   * there on may be lost. Numbers below it are never used again.
   */
  readonly first: number;
  /** The number of the last line, also when it is pruned. */
  readonly lines: number;
  /** Bytes of content of the lines that are kept, line ends not counted. */
  readonly bytes: number;
  /** When its first line that is kept was written, by number; null for none. Times are the callers' and need not rise. */
  readonly firstAt: number | null;
  /** When its last line that is kept was written, by number; null for none. */
  readonly lastAt: number | null;
  /** S2: line numbers, from `first` on, that a power cut took. They are never used again. */
  readonly lost: readonly { readonly from: number; readonly to: number }[];
}

/** S4: logs as a snapshot shows them. After the snapshot every call and every pull throws. */
export interface LogView {
  /** The lines of a stream, in order; nothing for a stream that does not exist. Holds one chunk at a time (S10). */
  lines(stream: string, range?: LineRange): AsyncIterable<LogLine>;
  /**
   * Lines that contain a text, byte for byte, or that a pattern finds something in; stream by stream in the order of
   * {@link streams}, by number within each. Holds one chunk and one context at a time (S10).
   */
  search(pattern: string | LinePattern, options?: SearchOptions): AsyncIterable<Match>;
  /** How many lines `search` would find in each stream, for those where it would find one; in the order of {@link streams}. */
  counts(pattern: string | LinePattern, options?: CountOptions): AsyncIterable<LineCount>;
  /** `undefined` for a stream that never had a line. */
  info(stream: string): Promise<StreamInfo | undefined>;
  /** Names of streams that have at least one line, in order of UTF-8 bytes; not of those that are pruned to the end. */
  streams(): AsyncIterable<string>;
}
