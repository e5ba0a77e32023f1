import { artifactOptionShape, type FileArtifactsOptions } from '@stepwell/artifact-store';
import {
  abortSignal,
  flag,
  type OptionShape,
  oneOf,
  type ReaderOptions,
  type RecorderOptions,
  readerOptionShape,
  recorderOptionShape,
  type StoreOptions,
  storeOptionShape,
} from '@stepwell/core';
import { type FileLogsOptions, fileLogsOptionShape } from '@stepwell/log-writer';
import { type SqliteSettings, sqliteSettingsShape } from '@stepwell/sqlite-adapter';

/** How the records are kept, see `@stepwell/sqlite-adapter`; how long it waits is the store's `busyWait`. */
export type RecordsOptions = Pick<
  SqliteSettings,
  'cacheBytes' | 'snapshotConnections' | 'retention' | 'checkpointBytes' | 'walWarnBytes' | 'networkFiles'
>;

/** How the logs are kept, see `@stepwell/log-writer`. */
export type LogsOptions = Pick<FileLogsOptions, 'segmentBytes' | 'compression' | 'maintenance'>;

export interface ReadOnlyOptions extends ReaderOptions {
  /** How the records are read. */
  readonly records?: RecordsOptions;
}

export interface OpenOptions extends StoreOptions {
  /** How lines gather before they are committed, and how ids are made. */
  readonly recorder?: Omit<RecorderOptions, 'contents' | 'now'>;
  /** How the records are kept. */
  readonly records?: RecordsOptions;
  /** How the logs are kept. */
  readonly logs?: LogsOptions;
  /** What may be kept, and how long to wait for it. */
  readonly artifacts?: Omit<FileArtifactsOptions, 'locks' | 'networkFiles' | 'now'>;
  /**
   * S7: what to do with runs whose recording process is gone. `'settle'` (default) marks them `interrupted`;
   * `'leave'` leaves them, for a queue that looks for runs to resume first.
   */
  readonly interrupted?: 'settle' | 'leave';
}

export interface RepairOptions {
  /** How the records are read. */
  readonly records?: RecordsOptions;
  /** How the logs are kept. */
  readonly logs?: LogsOptions;
  /** Tells what is wrong, and changes no log. Default false. */
  readonly dryRun?: boolean;
  /** Gives up with `ABORTED`; the next repair goes on. */
  readonly signal?: AbortSignal;
}

const { busyWait: _wait, create: _create, ...recordsShape } = sqliteSettingsShape;
const { segmentBytes, compression, maintenance } = fileLogsOptionShape;
const logsShape: OptionShape<LogsOptions> = { segmentBytes, compression, maintenance };

/** What each option of `openReadOnly` may be. */
export const readOnlyOptionShape: OptionShape<ReadOnlyOptions> = {
  ...readerOptionShape,
  records: recordsShape,
};

/** What each option of `repairStore` may be. */
export const repairOptionShape: OptionShape<RepairOptions> = {
  records: recordsShape,
  logs: logsShape,
  dryRun: flag,
  signal: abortSignal,
};

/** What each option of `open` may be. */
export const openOptionShape: OptionShape<OpenOptions> = {
  ...storeOptionShape,
  records: recordsShape,
  logs: logsShape,
  recorder: {
    newId: recorderOptionShape.newId,
    lineDelay: recorderOptionShape.lineDelay,
    lineBytes: recorderOptionShape.lineBytes,
  },
  artifacts: {
    maxBytes: artifactOptionShape.maxBytes,
    within: artifactOptionShape.within,
    lockWait: artifactOptionShape.lockWait,
    closeWait: artifactOptionShape.closeWait,
  },
  interrupted: oneOf('settle', 'leave'),
};
