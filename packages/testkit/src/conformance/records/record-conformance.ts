import type { RecordOp, RecordView } from '@stepwell/core';
import { type DriverFactory, defineSuite, type TestRunner } from '../support/suite.ts';
import { atomicBatches } from './atomic-batches.ts';
import { capabilities } from './capabilities.ts';
import { changes } from './changes.ts';
import { epochs } from './epochs.ts';
import { exactlyOnce } from './exactly-once.ts';
import { factChains } from './fact-chains.ts';
import { facts } from './facts.ts';
import type { RecordGroup } from './group.ts';
import { hostileQuestions } from './hostile-questions.ts';
import { hostileRecords } from './hostile-records.ts';
import { lifecycle } from './lifecycle.ts';
import { lists } from './lists.ts';
import { model } from './model.ts';
import { oneWriter } from './one-writer.ts';
import { paging } from './paging.ts';
import { pagingUnderChange } from './paging-under-change.ts';
import { readers } from './readers.ts';
import { refusedValues } from './refused-values.ts';
import { removal } from './removal.ts';
import { reopen } from './reopen.ts';
import { roundTrip } from './round-trip.ts';
import { snapshotEnds } from './snapshot-ends.ts';
import { snapshots } from './snapshots.ts';
import { status } from './status.ts';
import { updates } from './updates.ts';

/** All groups, in the order in which a backend author meets them. */
export const recordGroups: readonly RecordGroup[] = [
  roundTrip,
  refusedValues,
  hostileRecords,
  updates,
  removal,
  status,
  lists,
  paging,
  pagingUnderChange,
  hostileQuestions,
  facts,
  factChains,
  atomicBatches,
  epochs,
  exactlyOnce,
  changes,
  snapshots,
  snapshotEnds,
  readers,
  oneWriter,
  reopen,
  lifecycle,
  capabilities,
  model,
];

/**
 * Everything a records backend must do, as tests in your runner. There is no way to leave a test out: what a backend
 * does not offer it must refuse with `NOT_SUPPORTED`.
 *
 * @param factory makes a new driver over what lies in the workspace, each time it is called
 *
 * @example
 * ```ts
 * import { describe, it } from 'node:test';
 * import { MemoryDisk, memoryRecords, recordConformance, type Workspace } from '@stepwell/testkit';
 *
 * const disks = new WeakMap<Workspace, MemoryDisk>();
 * recordConformance({ describe, it }, 'memory', (workspace) => {
 *   const disk = disks.get(workspace) ?? new MemoryDisk();
 *   disks.set(workspace, disk);
 *   return memoryRecords({ disk });
 * });
 * ```
 */
export function recordConformance(
  runner: TestRunner,
  name: string,
  factory: DriverFactory<RecordView, RecordOp>,
): void {
  defineSuite(runner, `records: ${name}`, factory, recordGroups);
}
