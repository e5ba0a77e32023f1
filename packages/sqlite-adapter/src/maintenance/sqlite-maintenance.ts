import { existsSync, renameSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import {
  fromSystemError,
  type LockProvider,
  type Maintenance,
  type MaintenanceReport,
  type Measure,
  StoreError,
} from '@stepwell/core';
import { crashPoint } from '../crash-points.ts';
import { makeDirectory, syncDirectory } from '../driver/make-directory.ts';
import type { Checkpointer } from './checkpointer.ts';
import type { MaintenanceThread } from './maintenance-thread.ts';
import type { Check } from './task.ts';

export interface MaintenanceContext {
  readonly thread: MaintenanceThread;
  readonly locks: LockProvider;
  readonly checks: readonly Check[];
  /** Milliseconds to wait for the maintenance lock. */
  readonly busyWait: number;
  /** @throws `READ_ONLY` when the database was opened for reading */
  readonly checkpointer: () => Checkpointer;
}

type Offered = 'checkpoint' | 'verify' | 'optimize' | 'backup';

/** S9: what may be done while others read and write; all of it in the maintenance thread. Options are core's to check. */
export function sqliteMaintenance(context: MaintenanceContext): Pick<Maintenance, Offered> {
  const { thread, busyWait, checks } = context;
  return {
    checkpoint: async (options = {}) => {
      const { frames, checkpointed } = await context
        .checkpointer()
        .checkpoint({ wait: busyWait, ...options });
      const left = frames - checkpointed;
      return report(
        [
          count(
            'records.checkpoint.frames',
            frames,
            'Pages that the write-ahead log holds after the checkpoint.',
          ),
          count(
            'records.checkpoint.left',
            left,
            'Of these, how many a reader keeps from being written back.',
          ),
        ],
        left > 0
          ? `${left} of ${frames} pages have to stay in the log: a snapshot still needs what they replace`
          : undefined,
      );
    },
    verify: async () => {
      const problems = await thread.request('verify', { checks }, { awaited: true });
      return { ...report([]), problems };
    },
    optimize: async (options = {}) => {
      const checkpointer = context.checkpointer();
      await checkpointer.underLock({ wait: busyWait, ...options }, async () => {
        await thread.request('optimize', {}, { awaited: true });
      });
      return report([]);
    },
    backup: async (destination) => {
      await backup(thread, destination);
      return report([]);
    },
  };
}

/** Where this process is making a copy: a second one to the same place would clear away the first. */
const underWay: Set<string> = new Set();

/** The copy is made beside its place, and moved there when it is whole and on the device. */
async function backup(thread: MaintenanceThread, destination: string): Promise<void> {
  const target = resolve(destination);
  if (existsSync(target))
    throw new StoreError('INVALID_ARGUMENT', `${target} exists already`, { details: { path: target } });
  if (underWay.has(target)) {
    throw new StoreError('BUSY', `a backup to ${target} is under way`, { details: { path: target } });
  }
  const directory = dirname(target);
  const partial = `${target}.partial`;
  makeDirectory(directory);
  underWay.add(target);
  try {
    // What an earlier try left when its process died.
    remove(partial);
    await thread.request('copy', { destination: partial }, { awaited: true });
    crashPoint('sqlite:backup.written');
    renameSync(partial, target);
    syncDirectory(directory);
  } catch (error) {
    remove(partial);
    throw fromSystemError(error, `could not write the backup ${target}`);
  } finally {
    underWay.delete(target);
  }
}

function remove(path: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(path + suffix, { force: true });
}

function report(measures: readonly Measure[], reason?: string): MaintenanceReport {
  return { performed: true, ...(reason !== undefined && { reason }), measures, problems: [] };
}

function count(name: string, value: number, meaning: string): Measure {
  return { name, unit: 'count', value, meaning };
}
