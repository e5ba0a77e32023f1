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

export interface SearchOptions {
  /** Which streams; default all. */
  readonly streams?: readonly string[];
  /** Fold letters of ASCII. Default false. */
  readonly ignoreCase?: boolean;
  /** At most so many matches. */
  readonly limit?: number;
}

/** A line that contains what was searched. */
export interface Match {
  readonly line: LogLine;
  /** Byte offset in `line.bytes` where it first stands. */
  readonly offset: number;
}

export interface StreamInfo {
  readonly stream: string;
  /** The number of the last line. */
  readonly lines: number;
  /** Bytes of content, line ends not counted. */
  readonly bytes: number;
  /** When its first line was written, by number; times are the callers' and need not rise. */
  readonly firstAt: number | null;
  /** When its last line was written, by number. */
  readonly lastAt: number | null;
  /** S2: line numbers that a power cut took. They are never used again. */
  readonly lost: readonly { readonly from: number; readonly to: number }[];
}

/** S4: logs as a snapshot shows them. After the snapshot every call and every pull throws. */
export interface LogView {
  /** The lines of a stream, in order; nothing for a stream that does not exist. Holds one chunk at a time (S10). */
  lines(stream: string, range?: LineRange): AsyncIterable<LogLine>;
  /** Lines that contain `text`, byte for byte; stream by stream, in order within each. */
  search(text: string, options?: SearchOptions): AsyncIterable<Match>;
  info(stream: string): Promise<StreamInfo | undefined>;
  /** Names of streams that have at least one line, in order of UTF-8 bytes. */
  streams(): AsyncIterable<string>;
}
