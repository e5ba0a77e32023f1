import type { LogOp, LogView } from '@stepwell/core';
import { type DriverFactory, defineSuite, type TestRunner } from '../support/suite.ts';
import { content } from './content.ts';
import { following } from './following.ts';
import type { LogGroup } from './group.ts';
import { lifecycle } from './lifecycle.ts';
import { model } from './model.ts';
import { narrowSearch } from './narrow-search.ts';
import { order } from './order.ts';
import { patterns } from './patterns.ts';
import { prune } from './prune.ts';
import { ranges } from './ranges.ts';
import { searching } from './search.ts';
import { snapshots } from './snapshots.ts';
import { streams } from './streams.ts';

/** All groups, in the order in which a backend author meets them. */
export const logGroups: readonly LogGroup[] = [
  content,
  order,
  ranges,
  searching,
  patterns,
  narrowSearch,
  streams,
  prune,
  snapshots,
  lifecycle,
  following,
  model,
];

/**
 * Everything a log backend must do, as tests in your runner; as `recordConformance`, without a way to leave one out.
 *
 * @param factory makes a new driver over what lies in the workspace, each time it is called
 *
 * @example
 * ```ts
 * import { describe, it } from 'node:test';
 * import { logConformance, MemoryDisk, memoryLogs, type Workspace } from '@stepwell/testkit';
 *
 * const disks = new WeakMap<Workspace, MemoryDisk>();
 * logConformance({ describe, it }, 'memory', (workspace) => {
 *   const disk = disks.get(workspace) ?? new MemoryDisk();
 *   disks.set(workspace, disk);
 *   return memoryLogs({ disk });
 * });
 * ```
 */
export function logConformance(
  runner: TestRunner,
  name: string,
  factory: DriverFactory<LogView, LogOp>,
): void {
  defineSuite(runner, `logs: ${name}`, factory, logGroups);
}
