import { LockFile } from './lock-file.ts';
import { type Pace, poll } from './wait.ts';

/** A process that is only asking for the lock looks like its holder for microseconds: ask for this long to tell them apart. */
const DOUBT_MS = 10;
const doubtful: Pace = (asked) => (asked === 1 ? 0 : Math.min(asked - 1, 4));

/**
 * Whether a living process holds the lock file at `path` exclusively. Probes take the lock shared, so they never stand in
 * each other's way, and create nothing: a file that is not there is not held.
 */
export async function isHeldExclusively(path: string): Promise<boolean> {
  const patience = { until: performance.now() + DOUBT_MS, signals: [] };
  return !(await poll(() => isFree(path), doubtful, patience));
}

function isFree(path: string): boolean {
  for (;;) {
    const file = LockFile.openExisting(path);
    if (file === undefined) return true;
    try {
      const outcome = file.take('shared');
      if (outcome !== 'replaced') return outcome === 'taken';
    } finally {
      file.close();
    }
  }
}
