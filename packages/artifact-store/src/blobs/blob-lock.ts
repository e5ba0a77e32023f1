import type { Lock, LockMode, LockProvider } from '@stepwell/core';

/** Takes the `blobs` lock: shared while something is published or held, exclusive while something is deleted. */
export type BlobLock = (mode: LockMode, signal?: AbortSignal) => Promise<Lock>;

/** @param wait how long to wait for it, in milliseconds, before `BUSY` */
export function blobLock(locks: LockProvider, wait: number): BlobLock {
  return async (mode, signal) => {
    const purpose = mode === 'exclusive' ? 'collecting artifacts' : 'storing artifacts';
    return await locks.acquire('blobs', { mode, wait, purpose, ...(signal && { signal }) });
  };
}
