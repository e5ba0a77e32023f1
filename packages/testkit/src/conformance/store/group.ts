import type { CombinedView, LogOp, RecordOp, RecordView } from '@stepwell/core';
import type { ConformanceGroup, ConformanceTest } from '../support/suite.ts';

export type CombinedRecordView = CombinedView<RecordView>;
export type CombinedOp = RecordOp | LogOp;
export type StoreGroup = ConformanceGroup<CombinedRecordView, CombinedOp>;

/** Names a group of tests of records and logs combined. */
export function storeGroup(
  name: string,
  tests: Readonly<Record<string, ConformanceTest<CombinedRecordView, CombinedOp>>>,
): StoreGroup {
  return { name, tests };
}
