import type { LogOp, LogView } from '@stepwell/core';
import type { ConformanceGroup, ConformanceTest } from '../support/suite.ts';

export type LogGroup = ConformanceGroup<LogView, LogOp>;

/** Names a group of tests of logs. */
export function logGroup(
  name: string,
  tests: Readonly<Record<string, ConformanceTest<LogView, LogOp>>>,
): LogGroup {
  return { name, tests };
}
