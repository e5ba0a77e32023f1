import type { Lock, LockProvider, LockRequest } from '../contract/lock.ts';
import { isStoreError, StoreError } from '../errors/store-error.ts';
import type { StoreSettings } from '../store/store-options.ts';

/** S5: when this handle is the one writer. */
export interface WriterTurns {
  /** Runs `work` as the one writer. `others` tells whether another process may have committed since the last turn. */
  take<Result>(work: (others: boolean) => Promise<Result>): Promise<Result>;
  release(): Promise<void>;
}

const writer = 'writer';

/** The lock is held from now to `release`: nobody else commits in between. */
export async function exclusiveTurns(locks: LockProvider, settings: StoreSettings): Promise<WriterTurns> {
  const lock = await acquireToOpen(locks, {
    mode: 'exclusive',
    wait: settings.lockWait,
    purpose: settings.purpose,
  });
  return {
    take: (work) => work(false),
    release: () => lock.release(),
  };
}

/** To whoever opens, a lock that stayed taken is a lock that is taken, however long they waited. */
async function acquireToOpen(locks: LockProvider, request: LockRequest): Promise<Lock> {
  try {
    return await locks.acquire(writer, request);
  } catch (error) {
    if (!isStoreError(error, 'BUSY')) throw error;
    throw new StoreError('LOCKED', error.message, { cause: error, details: error.details });
  }
}

/** The lock is taken for each turn; the provider lets those who wait go first, in fairness. */
export function sharedTurns(locks: LockProvider, settings: StoreSettings): WriterTurns {
  // Without a purpose: naming a holder costs more than a turn takes, and one that lasts is named anyway.
  const request: LockRequest = { mode: 'exclusive', wait: settings.busyWait };
  let isOpening = true;
  return {
    async take(work) {
      const lock = await (isOpening ? acquireToOpen(locks, request) : locks.acquire(writer, request));
      isOpening = false;
      try {
        return await work(true);
      } finally {
        // What was committed stays committed: a lock that will not go is told, and must not turn it into a failure.
        await lock.release().catch((error: unknown) => {
          settings.onWarning({
            id: 'lock.not-released',
            message: `the writer lock could not be released: ${String(error)}`,
          });
        });
      }
    },
    release: async () => {},
  };
}
