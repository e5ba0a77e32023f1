import type { Writable } from 'node:stream';
import { having } from '@stepwell/core';
import type { LineStore } from './line-store.ts';
import { LineWritable } from './line-writable.ts';
import { type LogWritableOptions, resolveLogWritableOptions } from './log-writable-options.ts';

/**
 * A Node stream whose bytes become the lines of a log: for `pipe`, `pipeline`, `child.stdout`, `new Console()`, and every
 * logger that writes to a stream.
 *
 * - Lines end at `\n`, wherever chunks do. All other bytes stay as they are, `\r` too, so that lines and line ends, put
 *   together, are the bytes that went in. A last line without `\n` is kept, as such, when the stream ends.
 * - The callback of `write` says that the lines it completed are acknowledged (S2), `finish` that all of them are. What is
 *   written while a commit is under way goes into the next one together.
 * - `write` answers false while {@link LogWritableOptions.highWaterMark} bytes wait, and `pipe` waits then.
 * - What the store fails with destroys the stream: `error` is emitted with the `StoreError`. `destroy()` takes back what is
 *   not committed yet, and keeps what is; then it emits `close`.
 *
 * The store stays open: close it after `finish` or `close`.
 *
 * @throws `INVALID_ARGUMENT`
 *
 * @example
 * ```ts
 * import { spawn } from 'node:child_process';
 * import { pipeline } from 'node:stream/promises';
 * import { openStore } from '@stepwell/core';
 * import { fileLogs, logWritable } from '@stepwell/log-writer';
 *
 * const store = await openStore(fileLogs({ directory: 'build-logs' }));
 * const { stdout } = spawn(process.execPath, ['--version']);
 * await pipeline(stdout, logWritable(store, { stream: 'version', source: 'stdout' }));
 * await store.close();
 * ```
 */
export function logWritable(store: LineStore, options: LogWritableOptions): Writable {
  return new LineWritable(checkLineStore(store, 'store'), resolveLogWritableOptions(options));
}

export const checkLineStore: (value: unknown, path: string) => LineStore = having<LineStore>(
  'write',
  'flush',
);
