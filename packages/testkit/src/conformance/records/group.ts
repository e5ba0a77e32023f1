import type { RecordOp, RecordView } from '@stepwell/core';
import type { ConformanceGroup, ConformanceTest } from '../support/suite.ts';

export type RecordGroup = ConformanceGroup<RecordView, RecordOp>;

/** Names a group of tests of records. */
export function recordGroup(
  name: string,
  tests: Readonly<Record<string, ConformanceTest<RecordView, RecordOp>>>,
): RecordGroup {
  return { name, tests };
}
