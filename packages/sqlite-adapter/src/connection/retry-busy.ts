import { isStoreError } from '@stepwell/core';
import pRetry from 'p-retry';
import { fromSqliteError } from '../errors/sqlite-error.ts';

/** Who waits, and for how long. */
export interface Patience {
  /** Milliseconds, counted from the first refusal; 0 does not wait. */
  readonly wait: number;
  /** What could not be done, for the message: `could not open the database`. */
  readonly doing: string;
  readonly path: string;
}

/**
 * Milliseconds between two tries, doubled from the one to the other: others hold SQLite's own locks for microseconds, a
 * checkpoint for a little longer. Each is stretched by chance, so that those who were refused together do not come
 * back together.
 */
const backoff = { minTimeout: 1, maxTimeout: 50, factor: 2, randomize: true } as const;

/**
 * Calls `attempt` until SQLite is not busy, for at most `wait` milliseconds. The pauses are asynchronous: SQLite's own
 * busy timeout would sleep on the event loop. What succeeds at once, as nearly everything does, costs nothing more.
 * @throws `BUSY` when it stayed busy, and whatever else `attempt` throws, typed
 */
export async function retryBusy<Result>(attempt: () => Result, patience: Patience): Promise<Result> {
  try {
    return attempt();
  } catch (cause) {
    const refusal = fromSqliteError(cause, patience.doing, patience.path);
    if (refusal.code !== 'BUSY') throw refusal;
    return await tryAgain(attempt, refusal, patience);
  }
}

async function tryAgain<Result>(
  attempt: () => Result,
  refusal: Error,
  { wait, doing, path }: Patience,
): Promise<Result> {
  return await pRetry(
    (number) => {
      // The first attempt was made already, and this is what came of it.
      if (number === 1) throw refusal;
      try {
        return attempt();
      } catch (cause) {
        throw fromSqliteError(cause, doing, path);
      }
    },
    {
      ...backoff,
      retries: Number.POSITIVE_INFINITY,
      maxRetryTime: wait,
      shouldRetry: ({ error }) => isStoreError(error, 'BUSY'),
    },
  );
}
