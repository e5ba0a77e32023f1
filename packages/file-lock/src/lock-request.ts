import { type LockRequest, StoreError } from '@stepwell/core';

/** Refuses what the types would have refused, for callers without them. @throws `INVALID_ARGUMENT` */
export function checkRequest({ mode, wait = 0 }: LockRequest): void {
  if (mode !== 'exclusive' && mode !== 'shared') {
    throw new StoreError(
      'INVALID_ARGUMENT',
      `a lock is taken "exclusive" or "shared", not ${JSON.stringify(mode)}`,
    );
  }
  if (typeof wait !== 'number' || !(wait >= 0)) {
    throw new StoreError(
      'INVALID_ARGUMENT',
      `a wait is a number of milliseconds from 0 up, not ${String(wait)}`,
    );
  }
}
