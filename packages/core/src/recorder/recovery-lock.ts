import type { LockProvider } from '../contract/lock.ts';

/** Milliseconds to wait for a process that settles or resumes; either takes a few commits. */
const wait = 30_000;

/**
 * S7: whoever decides what becomes of a run whose process is gone does so alone: otherwise one process could mark a
 * run interrupted that another has just resumed, or remove it.
 *
 * @throws `LOCKED BUSY` when others decide for longer than 30 seconds; what `work` throws
 */
export async function withRecoveryLock<Result>(
  locks: LockProvider,
  work: () => Promise<Result>,
): Promise<Result> {
  const lock = await locks.acquire('recovery', {
    mode: 'exclusive',
    wait,
    purpose: 'deciding about interrupted runs',
  });
  try {
    return await work();
  } finally {
    await lock.release();
  }
}
