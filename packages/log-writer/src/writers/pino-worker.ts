/**
 * A transport for pino: `pino({ transport: { target: '@stepwell/log-writer/pino', options: { directory, stream } } })`.
 *
 * pino starts a thread from this file and calls its default export there; hence the name of the file.
 *
 * @packageDocumentation
 */

import { checkOptions, type OptionShape, openStore } from '@stepwell/core';
import { fileLogs } from '../driver/file-logs.ts';
import { type FileLogsOptions, fileLogsOptionShape } from '../driver/file-logs-options.ts';
import { LineWritable } from './line-writable.ts';
import {
  type LogWritableOptions,
  logWritableOptionShape,
  resolveLogWritableOptions,
} from './log-writable-options.ts';
import type { PinoDestination } from './pino-destination.ts';
import { readPinoLine } from './read-pino-line.ts';

/** What can pass from one thread to another. */
export interface PinoTransportOptions
  extends Pick<FileLogsOptions, 'directory' | 'segmentBytes'>,
    Omit<LogWritableOptions, 'at'> {}

const { at: _at, ...writableShape } = logWritableOptionShape;

const shape: OptionShape<PinoTransportOptions> = {
  ...writableShape,
  directory: fileLogsOptionShape.directory,
  segmentBytes: fileLogsOptionShape.segmentBytes,
};

/** A logger has nobody to tell that the disk was full for a moment, and its lines wait for that. Milliseconds. */
const patience = 30_000;

/**
 * Opens the logs in `directory` for itself, with `writer: 'shared'`, so that any number of processes may log into one
 * directory; each takes its turn. Ends, when pino ends it, once all lines are acknowledged and the store is closed: what
 * pino flushes at the exit of the process is there.
 *
 * @throws what opening the logs throws: `INVALID_ARGUMENT LOCKED CORRUPT SCHEMA_TOO_NEW READ_ONLY NO_SPACE IO`
 */
// biome-ignore lint/style/noDefaultExport: it is what pino calls.
export default async function pinoTransport(options: PinoTransportOptions): Promise<PinoDestination> {
  const { directory, segmentBytes, ...given } = checkOptions<PinoTransportOptions>(
    withoutPinos(options),
    shape,
  );
  const settings = resolveLogWritableOptions({ retryFor: patience, ...given });
  const logs = fileLogs({ directory, ...(segmentBytes !== undefined && { segmentBytes }) });
  const store = await openStore(logs, { writer: 'shared', purpose: 'pino' });
  return new LineWritable(store, settings, {
    describe: readPinoLine,
    release: async () => await store.close(),
  });
}

/** pino adds to what it was given: `$context`, `pinoWillSendConfig`. */
function withoutPinos(options: PinoTransportOptions): object {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !/^(\$|pino)/.test(name)));
}
