import { type DriverFactory, defineSuite, type TestRunner } from '../support/suite.ts';
import type { CombinedOp, CombinedRecordView, StoreGroup } from './group.ts';
import { model } from './model.ts';
import { oneCommit } from './one-commit.ts';
import { oneSnapshot } from './one-snapshot.ts';
import { reopen } from './reopen.ts';

/** All groups, in the order in which a backend author meets them. */
export const storeGroups: readonly StoreGroup[] = [oneCommit, oneSnapshot, reopen, model];

/**
 * Everything that records and logs must do together, as tests in your runner. Run `recordConformance` and
 * `logConformance` on the two sides first: this suite only asks what neither can answer alone.
 *
 * @param factory makes a new combined driver over what lies in the workspace, each time it is called
 *
 * @example
 * ```ts
 * import { describe, it } from 'node:test';
 * import { combine } from '@stepwell/core';
 * import { MemoryDisk, memoryLogs, memoryRecords, storeConformance, type Workspace } from '@stepwell/testkit';
 *
 * const disks = new WeakMap<Workspace, MemoryDisk>();
 * storeConformance({ describe, it }, 'memory', (workspace) => {
 *   const disk = disks.get(workspace) ?? new MemoryDisk();
 *   disks.set(workspace, disk);
 *   return combine({ records: memoryRecords({ disk }), logs: memoryLogs({ disk }) });
 * });
 * ```
 */
export function storeConformance(
  runner: TestRunner,
  name: string,
  factory: DriverFactory<CombinedRecordView, CombinedOp>,
): void {
  defineSuite(runner, `store: ${name}`, factory, storeGroups);
}
