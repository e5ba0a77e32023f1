import { describe, it } from 'vitest';
import { MemoryDisk } from '../../memory/memory-disk.ts';
import { memoryRecords } from '../../memory/memory-records.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { recordConformance } from './record-conformance.ts';

const disks = new WeakMap<Workspace, MemoryDisk>();

recordConformance({ describe, it }, 'memory', (workspace) => {
  const disk = disks.get(workspace) ?? new MemoryDisk();
  disks.set(workspace, disk);
  return memoryRecords({ disk });
});
