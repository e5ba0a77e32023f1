import {
  admitLogOp,
  appendLines,
  checkOptions,
  clock,
  type Durability,
  type LogLevel,
  type LogSource,
  logLevels,
  logSources,
  milliseconds,
  type OptionShape,
  oneOf,
  StoreError,
  text,
  wholeFrom,
} from '@stepwell/core';

/** How the lines of a {@link logWritable} are kept. */
export interface LogWritableOptions {
  /** The stream that the lines are appended to. */
  readonly stream: string;
  /** Default `'log'`. */
  readonly source?: LogSource;
  /** Default `'info'`. */
  readonly level?: LogLevel;
  /** The time of the lines that are completed now, milliseconds since the Unix epoch. Default `Date.now`. */
  readonly at?: () => number;
  /** What the callback of `write` and `finish` promise (S2). Default: the store's. */
  readonly durability?: Durability;
  /**
   * Bytes that may wait before `write` answers false. They go into one commit, so this is also how much one commit takes
   * from a pipe. Default 1 MiB.
   */
  readonly highWaterMark?: number;
  /**
   * A line of more bytes is kept in pieces of this size, each but the last with `terminated: false`, so that what never
   * ends a line needs no endless memory; exported it is the same bytes. Default 64 MiB.
   */
  readonly maxLineBytes?: number;
  /**
   * Milliseconds to go on trying while the store fails with what may pass: `BUSY`, `NO_SPACE`. Meanwhile the stream takes
   * no more. Default 0: the first failure destroys it.
   */
  readonly retryFor?: number;
}

export interface LogWritableSettings extends LogWritableOptions {
  readonly at: () => number;
  readonly highWaterMark: number;
  readonly maxLineBytes: number;
  readonly retryFor: number;
}

/** What each option may be. */
export const logWritableOptionShape: OptionShape<LogWritableOptions> = {
  stream: text,
  source: oneOf(...logSources),
  level: oneOf(...logLevels),
  at: clock,
  durability: oneOf('none', 'process-crash', 'power-loss'),
  highWaterMark: wholeFrom(1),
  maxLineBytes: wholeFrom(1),
  retryFor: milliseconds,
};

/** @throws `INVALID_ARGUMENT` */
export function resolveLogWritableOptions(options: LogWritableOptions): LogWritableSettings {
  const given = checkOptions<LogWritableOptions>(options, logWritableOptionShape);
  if (given.stream === undefined) throw new StoreError('INVALID_ARGUMENT', 'lines need a stream to go to');
  // Now, not when the first line comes.
  admitLogOp(appendLines(given.stream, []));
  return {
    ...given,
    at: given.at ?? Date.now,
    highWaterMark: given.highWaterMark ?? 1024 * 1024,
    maxLineBytes: given.maxLineBytes ?? 64 * 1024 * 1024,
    retryFor: given.retryFor ?? 0,
  };
}
