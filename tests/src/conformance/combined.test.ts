import { combine } from '@stepwell/core';
import { fileLogs } from '@stepwell/log-writer';
import { MemoryDisk, memoryRecords, storeConformance, type Workspace } from '@stepwell/testkit';
import { describe, it } from 'vitest';
import { fileDriver } from '../fixtures/worlds.ts';

storeConformance({ describe, it }, 'SQLite and files', (workspace) => fileDriver(workspace.path));

// Backends are chosen one by one: a side that ships works beside one that does not.
const disks = new WeakMap<Workspace, MemoryDisk>();
storeConformance({ describe, it }, 'memory and files', (workspace) => {
  const disk = disks.get(workspace) ?? new MemoryDisk();
  disks.set(workspace, disk);
  return combine({
    records: memoryRecords({ disk }),
    logs: fileLogs({ directory: workspace.within('logs'), segmentBytes: 4096 }),
  });
});
