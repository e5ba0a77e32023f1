export const logLevels = ['debug', 'info', 'warning', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Where a line came from: the two pipes of a child process, or a call of `log()`. */
export const logSources = ['log', 'stdout', 'stderr'] as const;
export type LogSource = (typeof logSources)[number];

/** A line to append. */
export interface LogLineInit {
  /** Without its line end. Bytes need not be UTF-8 and come back as they went in. */
  readonly content: string | Uint8Array;
  /** When it was written, milliseconds since the Unix epoch. Default: when `appendLines` was called. */
  readonly at?: number;
  /** Default `'info'`. */
  readonly level?: LogLevel;
  /** Default `'log'`. */
  readonly source?: LogSource;
  /** False for a last line without a final newline. Default true. */
  readonly terminated?: boolean;
}

/** A line as it is stored: {@link LogLineInit} with its defaults filled in. */
export type StoredLine = Required<LogLineInit>;

/** A line as a reader sees it. */
export interface LogLine {
  readonly stream: string;
  /** Its place in its stream, from 1, without gaps but for lost ranges (S2). */
  readonly number: number;
  readonly at: number;
  readonly level: LogLevel;
  readonly source: LogSource;
  readonly terminated: boolean;
  /** The commit that wrote it. */
  readonly epoch: number;
  /** Its place among the lines of that commit, over all streams: `(epoch, ordinal)` orders the lines of many streams. */
  readonly ordinal: number;
  /** The bytes as they went in, without the line end. */
  readonly bytes: Uint8Array;
  /** `bytes` as UTF-8, invalid sequences replaced. */
  readonly text: string;
  /** What `JSON.stringify` writes. JSON has no bytes: where a line may not be UTF-8, write `bytes` in a form of your own. */
  toJSON(): LogLineJson;
}

/** A line in JSON: all of it but `bytes`, for which `text` stands. */
export type LogLineJson = Omit<LogLine, 'bytes' | 'toJSON'>;
