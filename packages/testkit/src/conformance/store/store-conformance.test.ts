import { combine } from '@stepwell/core';
import { describe, it } from 'vitest';
import { MemoryDisk } from '../../memory/memory-disk.ts';
import { memoryLogs } from '../../memory/memory-logs.ts';
import { memoryRecords } from '../../memory/memory-records.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { storeConformance } from './store-conformance.ts';

const disks = new WeakMap<Workspace, MemoryDisk>();

storeConformance({ describe, it }, 'memory', (workspace) => {
  const disk = disks.get(workspace) ?? new MemoryDisk();
  disks.set(workspace, disk);
  return combine({ records: memoryRecords({ disk }), logs: memoryLogs({ disk }) });
});
