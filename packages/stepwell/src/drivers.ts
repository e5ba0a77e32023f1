import type { Driver, LogOp, LogView, RecordOp, RecordView } from '@stepwell/core';
import { fileLocks } from '@stepwell/file-lock';
import { fileLogs } from '@stepwell/log-writer';
import { sqliteRecords } from '@stepwell/sqlite-adapter';
import type { Layout } from './layout.ts';

/** The two backends of a store, over one set of locks. */
export function driversOf(layout: Layout): {
  readonly records: Driver<RecordView, RecordOp>;
  readonly logs: Driver<LogView, LogOp>;
} {
  const locks = fileLocks(layout.locks);
  return {
    records: sqliteRecords({ path: layout.records, locks }),
    logs: fileLogs({ directory: layout.logs, locks }),
  };
}
