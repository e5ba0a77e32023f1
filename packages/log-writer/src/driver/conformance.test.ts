import { combine } from '@stepwell/core';
import {
  logConformance,
  MemoryDisk,
  memoryRecords,
  storeConformance,
  type Workspace,
} from '@stepwell/testkit';
import { describe, it } from 'vitest';
import { fileLogs } from './file-logs.ts';

logConformance({ describe, it }, 'files', (workspace) => fileLogs({ directory: workspace.within('logs') }));

logConformance({ describe, it }, 'files, small segments', (workspace) =>
  fileLogs({ directory: workspace.within('logs'), segmentBytes: 4096 }),
);

const disks = new WeakMap<Workspace, MemoryDisk>();

storeConformance({ describe, it }, 'records in memory, logs in files', (workspace) => {
  const disk = disks.get(workspace) ?? new MemoryDisk();
  disks.set(workspace, disk);
  return combine({
    records: memoryRecords({ disk }),
    logs: fileLogs({ directory: workspace.within('logs'), segmentBytes: 4096 }),
  });
});
