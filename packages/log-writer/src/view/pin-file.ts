import type { LockProvider } from '@stepwell/core';
import { pinName } from './pin-name.ts';

/**
 * Makes the lock of a manifest with these `pins`, before that manifest is there: readers that must not write can hold a
 * lock that exists. For the holder of the writer lock. @throws what the locks cannot do
 */
export async function makePinFile(locks: LockProvider, pins: number): Promise<void> {
  const lock = await locks.acquire(pinName(pins), { mode: 'shared', wait: 1_000 });
  await lock.release();
}
