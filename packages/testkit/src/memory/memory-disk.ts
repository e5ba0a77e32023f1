import type { MemoryLockTable, Watching } from '@stepwell/core';
import type { LogState } from './log-state.ts';
import type { RecordState } from './record-state.ts';

/**
 * What memory backends write to: it outlives the handles, as a disk outlives processes. Hand one disk to several
 * backends to close and reopen, or to read beside a writer; records and logs may share one.
 */
export class MemoryDisk {
  /** The committed records; `undefined` until a writer made them. */
  records: RecordState | undefined;
  /** The committed logs; `undefined` until a writer made them. */
  logs: LogState | undefined;
  /**
   * Logs with the lines of a commit that is still in progress: what a file holds beyond its last committed frame. Only
   * a leader can tell whether these lines ever happened.
   */
  appended: LogState | undefined;
  /** Who writes to this disk, and who lives (S5, S7). */
  readonly locks: MemoryLockTable = new Map();
  readonly #waiting: Set<() => void> = new Set();

  /** Tells those who wait in {@link committed}, and those who {@link watch}. */
  announce(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  /** Calls `wake` at each commit until it is closed. */
  watch(wake: () => void): Watching {
    const told = (): void => wake();
    this.#waiting.add(told);
    return { close: () => this.#waiting.delete(told) };
  }

  /** Resolves after the next commit, or when `signal` fires. */
  async committed(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }
}

/** Options of the memory backends. */
export interface MemoryOptions {
  /** Where to keep the data; default: a disk of its own, gone with the handle. */
  readonly disk?: MemoryDisk;
}
