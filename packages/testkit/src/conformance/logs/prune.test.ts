import { describe, it } from 'vitest';
import { MemoryDisk } from '../../memory/memory-disk.ts';
import { memoryLogs } from '../../memory/memory-logs.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { defineSuite } from '../support/suite.ts';
import { prune } from './prune.ts';

const disks = new WeakMap<Workspace, MemoryDisk>();

defineSuite(
  { describe, it },
  'memory',
  (workspace) => {
    const disk = disks.get(workspace) ?? new MemoryDisk();
    disks.set(workspace, disk);
    return memoryLogs({ disk });
  },
  [prune],
);
