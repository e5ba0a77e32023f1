import type { Writable } from 'node:stream';
import type { LineStore } from './line-store.ts';
import { LineWritable } from './line-writable.ts';
import { checkLineStore } from './log-writable.ts';
import { type LogWritableOptions, resolveLogWritableOptions } from './log-writable-options.ts';
import { readPinoLine } from './read-pino-line.ts';

/** A stream that `pino(destination)` takes. */
export interface PinoDestination extends Writable {
  /** What `logger.flush(callback)` calls: answers when every line so far is acknowledged, or with what keeps them from it. */
  flush(callback?: (error?: Error | null) => void): void;
}

/**
 * Where pino writes to: its lines become lines of a log, byte for byte, with pino's level and time.
 *
 * `trace` and `debug` become `'debug'`, `warn` `'warning'`, `error` and `fatal` `'error'`, numbers between them the one
 * below. A line that is no JSON, or whose level or time cannot be told, is kept as it is, with those of the options.
 *
 * Everything else is as with {@link logWritable}. pino does not wait for a stream that is full: what a slow disk has not
 * taken yet stays in memory. The transport `@stepwell/log-writer/pino` waits, and works in a thread of its own.
 *
 * @throws `INVALID_ARGUMENT`
 *
 * @example
 * ```ts
 * import { once } from 'node:events';
 * import { openStore } from '@stepwell/core';
 * import { fileLogs, pinoDestination } from '@stepwell/log-writer';
 * import pino from 'pino';
 *
 * const store = await openStore(fileLogs({ directory: 'app-logs' }));
 * const destination = pinoDestination(store, { stream: 'app' });
 * const logger = pino(destination);
 * logger.warn({ user: 7 }, 'disk almost full');
 * destination.end();
 * await once(destination, 'finish'); // every line is acknowledged
 * await store.close();
 * ```
 */
export function pinoDestination(store: LineStore, options: LogWritableOptions): PinoDestination {
  return new LineWritable(checkLineStore(store, 'store'), resolveLogWritableOptions(options), {
    describe: readPinoLine,
  });
}
