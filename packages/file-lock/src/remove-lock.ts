import { rmSync } from 'node:fs';
import { fromSystemError } from '@stepwell/core';
import { identify } from './file-identity.ts';
import { clearHolder } from './holder-file.ts';
import type { LockFiles } from './lock-files.ts';
import { takeAtOnce } from './queue.ts';
import type { SlotPool } from './slot-pool.ts';

/**
 * Deletes the files of a lock that nobody holds. A file is unlinked only while it is locked exclusively: then nobody else
 * holds it, and whoever opened it before and locks it afterwards sees that the path leads elsewhere, and opens it again.
 */
export async function removeLock(
  files: LockFiles,
  pool: SlotPool,
  signals: readonly AbortSignal[],
): Promise<boolean> {
  const removed = await unlinkUnderLock(files.lock, pool, signals, () => {
    clearHolder(files);
  });
  // A waiter that is next keeps its turnstile; it makes the lock anew anyway.
  if (removed) await unlinkUnderLock(files.turnstile, pool, signals);
  return removed;
}

async function unlinkUnderLock(
  path: string,
  pool: SlotPool,
  signals: readonly AbortSignal[],
  alsoUnderLock?: () => void,
): Promise<boolean> {
  // A file that cannot be looked at may be there, and held.
  if (identify(path) === undefined) return true;
  const slot = pool.borrow(path);
  try {
    if (!(await takeAtOnce(slot, 'exclusive', signals))) return false;
    try {
      alsoUnderLock?.();
      rmSync(path, { force: true });
    } catch (error) {
      throw fromSystemError(error, `cannot delete the lock file ${path}`);
    } finally {
      slot.release();
      slot.close();
    }
    return true;
  } finally {
    pool.giveBack(slot);
  }
}
