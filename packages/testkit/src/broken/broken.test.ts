import { combine, type LogOp, type LogView } from '@stepwell/core';
import { describe, expect, test } from 'vitest';
import { logConformance } from '../conformance/logs/log-conformance.ts';
import { recordConformance } from '../conformance/records/record-conformance.ts';
import type { CombinedOp, CombinedRecordView } from '../conformance/store/group.ts';
import { storeConformance } from '../conformance/store/store-conformance.ts';
import type { DriverFactory } from '../conformance/support/suite.ts';
import { MemoryDisk } from '../memory/memory-disk.ts';
import { memoryLogs } from '../memory/memory-logs.ts';
import { memoryRecords } from '../memory/memory-records.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { brokenChanges } from './broken-changes.ts';
import { brokenCommits } from './broken-commits.ts';
import { type Broken, brokenFactory, overlay } from './broken-driver.ts';
import { brokenFollowers } from './broken-followers.ts';
import { brokenLists } from './broken-lists.ts';
import { brokenLogs } from './broken-logs.ts';
import { brokenPrunes } from './broken-prunes.ts';
import { brokenRecords } from './broken-records.ts';
import { brokenSearches } from './broken-searches.ts';
import { brokenSharing } from './broken-sharing.ts';
import { brokenViews } from './broken-views.ts';
import { failuresOf } from './run-suite.ts';

/*
 * A suite is worth what it finds: each of these drivers makes one mistake, and a test that names the semantics that is
 * broken must fail. To add a mistake, add it to its list.
 */

describe.each([
  ...brokenCommits,
  ...brokenRecords,
  ...brokenViews,
  ...brokenLists,
  ...brokenSharing,
  ...brokenChanges,
])('recordConformance finds a driver', (broken) => {
  test(`that ${broken.name}`, async () => {
    const factory = brokenFactory(broken, (disk) => memoryRecords({ disk }));
    const failed = await failuresOf(
      (runner) => recordConformance(runner, 'broken', factory),
      broken.caughtBy,
    );
    expect(failed, `no test that fits ${broken.caughtBy} failed`).not.toEqual([]);
  });
});

describe.each([...brokenLogs, ...brokenSearches, ...brokenPrunes])(
  'logConformance finds a driver',
  (broken) => {
    test(`that ${broken.name}`, async () => {
      const factory = brokenFactory(broken, (disk) => memoryLogs({ disk }));
      const failed = await failuresOf((runner) => logConformance(runner, 'broken', factory), broken.caughtBy);
      expect(failed, `no test that fits ${broken.caughtBy} failed`).not.toEqual([]);
    });
  },
);

describe.each(brokenFollowers)('storeConformance finds a log driver', (broken) => {
  test(`that ${broken.name}`, async () => {
    const factory = combinedFactory(broken);
    const failed = await failuresOf((runner) => storeConformance(runner, 'broken', factory), broken.caughtBy);
    expect(failed, `no test that fits ${broken.caughtBy} failed`).not.toEqual([]);
  });
});

/** Sound records, and logs with the mistake beside them. */
function combinedFactory(broken: Broken<LogView, LogOp>): DriverFactory<CombinedRecordView, CombinedOp> {
  const disks = new WeakMap<Workspace, MemoryDisk>();
  return (workspace) => {
    const disk = disks.get(workspace) ?? new MemoryDisk();
    disks.set(workspace, disk);
    const logs = memoryLogs({ disk });
    return combine({ records: memoryRecords({ disk }), logs: overlay(logs, broken.breaks(logs, disk)) });
  };
}

describe('a driver without a mistake passes through the same machinery', () => {
  const sound = { name: 'makes no mistake', caughtBy: /./, breaks: () => ({}) };

  test('as records', async () => {
    const factory = brokenFactory(sound, (disk) => memoryRecords({ disk }));
    expect(await failuresOf((runner) => recordConformance(runner, 'sound', factory))).toEqual([]);
  });

  test('as logs', async () => {
    const factory = brokenFactory(sound, (disk) => memoryLogs({ disk }));
    expect(await failuresOf((runner) => logConformance(runner, 'sound', factory))).toEqual([]);
  });

  test('as logs beside records', async () => {
    const factory = combinedFactory(sound);
    expect(await failuresOf((runner) => storeConformance(runner, 'sound', factory))).toEqual([]);
  });
});
