import type { CompactOptions, MaintenanceReport, StoreWarning } from '@stepwell/core';
import type { FileLogsSettings } from '../driver/file-logs-options.ts';
import type { OpenLog } from '../driver/open-log.ts';
import { nodeFileSystem } from '../file-system/node-file-system.ts';
import { BackgroundCompaction } from './background-compaction.ts';
import { collectFiles } from './collect-files.ts';
import { completeFrames } from './compaction.ts';
import type { CompactionPlace, JobRunner } from './compaction-job.ts';
import { Compactor } from './compactor.ts';
import { hostOf } from './log-host.ts';
import { loopJobs } from './loop-jobs.ts';
import { hasCompactionThread, ThreadJobs } from './thread-jobs.ts';

/** S9: what becomes of the complete segments of a log that is open for writing. */
export class LogMaintenance {
  readonly #compactor: Compactor;
  readonly #background: BackgroundCompaction | undefined;

  constructor(log: OpenLog, settings: FileLogsSettings, warn: (warning: StoreWarning) => void) {
    const compactor = new Compactor({
      host: hostOf(log),
      locks: log.locks,
      makeJobs: () => jobsFor(log, settings),
      collect: async (signal) => await collectFiles(log, { signal }),
    });
    this.#compactor = compactor;
    if (settings.maintenance === 'manual') return;
    const isSealed = () => completeFrames(log.files.manifest).length === 0;
    this.#background = new BackgroundCompaction({
      hasWork: () => !isSealed() || log.files.manifest.retired.length > 0,
      work: async () => (isSealed() ? (await collectFiles(log)).performed : await compactor.inBackground()),
      warn,
    });
  }

  /** A segment may have been completed. Quick. */
  wake(): void {
    this.#background?.wake();
  }

  /** @throws `ABORTED CORRUPT NO_SPACE IO`, and what a turn throws */
  async compact(options: CompactOptions): Promise<MaintenanceReport> {
    return await this.#compactor.compact(options);
  }

  /** Ends what is under way; nothing is left of what is half done. Idempotent. */
  async close(): Promise<void> {
    await Promise.all([this.#background?.close(), this.#compactor.close()]);
  }
}

function jobsFor(log: OpenLog, { directory, compression, fileSystem }: FileLogsSettings): JobRunner {
  const place: CompactionPlace = { directory, store: log.files.manifest.store, compression };
  // A disk of somebody else's is not to be had in another thread.
  const hasThread = fileSystem === nodeFileSystem && hasCompactionThread();
  return hasThread ? new ThreadJobs(place, () => log.appender.appendedBytes) : loopJobs(fileSystem, place);
}
