import { combine } from '@stepwell/core';
import { describe, expect, test } from 'vitest';
import { logConformance } from '../conformance/logs/log-conformance.ts';
import { recordConformance } from '../conformance/records/record-conformance.ts';
import { storeConformance } from '../conformance/store/store-conformance.ts';
import { MemoryDisk } from '../memory/memory-disk.ts';
import { memoryLogs } from '../memory/memory-logs.ts';
import { memoryRecords } from '../memory/memory-records.ts';
import { brokenCommits } from './broken-commits.ts';
import { brokenFactory, overlay } from './broken-driver.ts';
import { brokenFollowers } from './broken-followers.ts';
import { brokenLogs } from './broken-logs.ts';
import { brokenRecords } from './broken-records.ts';
import { brokenViews } from './broken-views.ts';
import { failuresOf } from './run-suite.ts';

/*
 * A suite is worth what it finds: each of these drivers makes one mistake, and a test that names the semantics that is
 * broken must fail. To add a mistake, add it to its list.
 */

describe.each([...brokenCommits, ...brokenRecords, ...brokenViews])(
  'recordConformance finds a driver',
  (broken) => {
    test(`that ${broken.name}`, async () => {
      const factory = brokenFactory(broken, (disk) => memoryRecords({ disk }));
      const failed = await failuresOf(
        (runner) => recordConformance(runner, 'broken', factory),
        broken.caughtBy,
      );
      expect(failed).not.toEqual([]);
    });
  },
);

describe.each(brokenLogs)('logConformance finds a driver', (broken) => {
  test(`that ${broken.name}`, async () => {
    const factory = brokenFactory(broken, (disk) => memoryLogs({ disk }));
    const failed = await failuresOf((runner) => logConformance(runner, 'broken', factory), broken.caughtBy);
    expect(failed).not.toEqual([]);
  });
});

describe.each(brokenFollowers)('storeConformance finds a log driver', (broken) => {
  test(`that ${broken.name}`, async () => {
    const disks = new WeakMap<object, MemoryDisk>();
    const failed = await failuresOf(
      (runner) =>
        storeConformance(runner, 'broken', (workspace) => {
          const disk = disks.get(workspace) ?? new MemoryDisk();
          disks.set(workspace, disk);
          const logs = memoryLogs({ disk });
          return combine({
            records: memoryRecords({ disk }),
            logs: overlay(logs, broken.breaks(logs, disk)),
          });
        }),
      broken.caughtBy,
    );
    expect(failed).not.toEqual([]);
  });
});

test('a driver without a mistake passes through the same machinery', async () => {
  const sound = { name: 'sound', caughtBy: /./, breaks: () => ({}) };
  const records = brokenFactory(sound, (disk) => memoryRecords({ disk }));
  const logs = brokenFactory(sound, (disk) => memoryLogs({ disk }));
  expect(await failuresOf((runner) => recordConformance(runner, 'sound', records))).toEqual([]);
  expect(await failuresOf((runner) => logConformance(runner, 'sound', logs))).toEqual([]);
});
