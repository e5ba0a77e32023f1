import type { Driver, LogOp, LogView, RecordOp, RecordView } from '@stepwell/core';
import { fileLocks } from '@stepwell/file-lock';
import { fileLogs } from '@stepwell/log-writer';
import { sqliteRecords } from '@stepwell/sqlite-adapter';
import type { Layout } from './layout.ts';
import type { LogsOptions, RecordsOptions } from './open-options.ts';

/** What is said of the two backends. */
export interface BackendOptions {
  readonly records?: RecordsOptions | undefined;
  readonly logs?: LogsOptions | undefined;
  /** Milliseconds. */
  readonly busyWait?: number | undefined;
  /** Whether records are made where there are none. */
  readonly create?: boolean;
}

/** Who answers for files on a network file system does so for all of the store. */
export function networkFilesOf({ networkFiles = false }: RecordsOptions = {}): {
  readonly networkFiles: boolean;
} {
  return { networkFiles };
}

/** The two backends of a store, over one set of locks. */
export function driversOf(
  layout: Layout,
  { records, logs, busyWait, create = true }: BackendOptions,
): {
  readonly records: Driver<RecordView, RecordOp>;
  readonly logs: Driver<LogView, LogOp>;
} {
  const locks = fileLocks(layout.locks, networkFilesOf(records));
  return {
    records: sqliteRecords({
      ...records,
      ...(busyWait !== undefined && { busyWait: Math.ceil(busyWait) }),
      path: layout.records,
      create,
      locks,
    }),
    logs: fileLogs({ ...logs, directory: layout.logs, locks }),
  };
}
