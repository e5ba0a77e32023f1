import { setTimeout as sleep } from 'node:timers/promises';
import { fromSqliteError } from '../errors/sqlite-error.ts';

/** Milliseconds between two tries: others hold SQLite's own locks for microseconds, a checkpoint for a little longer. */
const firstPause = 1;
const longestPause = 50;

/**
 * Calls `attempt` until SQLite is not busy, for at most `wait` milliseconds. The pauses are asynchronous: SQLite's own
 * busy timeout would sleep on the event loop.
 * @throws `BUSY` when it stayed busy, and whatever else `attempt` throws, typed
 */
export async function retryBusy<Result>(
  attempt: () => Result,
  options: { readonly wait: number; readonly doing: string; readonly path: string },
): Promise<Result> {
  const deadline = performance.now() + options.wait;
  for (let pause = firstPause; ; pause = Math.min(pause * 2, longestPause)) {
    try {
      return attempt();
    } catch (cause) {
      const error = fromSqliteError(cause, options.doing, options.path);
      if (error.code !== 'BUSY' || performance.now() + pause > deadline) throw error;
      await sleep(pause);
    }
  }
}
