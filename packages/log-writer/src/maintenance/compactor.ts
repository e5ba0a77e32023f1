import {
  type CompactOptions,
  isStoreError,
  type Lock,
  type LockProvider,
  type MaintenanceReport,
} from '@stepwell/core';
import { compactReport, dryRunReport, elsewhereReport } from './compact-report.ts';
import { Compaction, type CompactionTally, type CompactionWork } from './compaction.ts';
import type { CompactionHost } from './compaction-host.ts';
import type { JobRunner } from './compaction-job.ts';
import { compactionLock } from './compaction-lock.ts';
import { aborted } from './pace.ts';
import { rehearse } from './rehearse.ts';

/** Milliseconds that a call waits for a compaction of another process. */
const patience = 10_000;
/** Milliseconds between two looks of the background for what was pruned: each reads the directories of all sealed segments. */
const surveyPause = 10 * 60_000;

export interface CompactorParts {
  readonly host: CompactionHost;
  readonly locks: LockProvider;
  readonly makeJobs: () => JobRunner;
  /** Deletes what compactions replaced, as far as readers allow. */
  readonly collect: (signal: AbortSignal) => Promise<unknown>;
}

/** Another process is compacting: who, as far as is known. */
export interface Elsewhere {
  readonly elsewhere: string;
}

/** S9: the compactions of one handle, one at a time. */
export class Compactor {
  readonly #parts: CompactorParts;
  readonly #closing: AbortController = new AbortController();
  #last: Promise<unknown> = Promise.resolve();
  #jobs: JobRunner | undefined;
  /** Calls that wait or are at work: the background leaves the rest to them. */
  #calls = 0;
  #nextSurvey = 0;

  constructor(parts: CompactorParts) {
    this.#parts = parts;
  }

  /** @throws `ABORTED CORRUPT NO_SPACE IO`, and what a turn throws */
  async compact({ full = false, dryRun = false, signal: given }: CompactOptions): Promise<MaintenanceReport> {
    const { host } = this.#parts;
    const signal =
      given === undefined ? this.#closing.signal : AbortSignal.any([this.#closing.signal, given]);
    if (dryRun) {
      const jobs = this.#parts.makeJobs();
      try {
        jobs.hold();
        return dryRunReport(host.manifest, await rehearse(host, jobs, full, signal));
      } finally {
        await jobs.close();
      }
    }
    this.#calls += 1;
    // Somebody waits from now on for the one that is under way.
    this.#jobs?.hold();
    try {
      const done = await this.#next({ full, rewritesPruned: true, isEnough: () => false, signal }, patience);
      return 'elsewhere' in done ? elsewhereReport(done) : compactReport(done);
    } finally {
      this.#calls -= 1;
    }
  }

  /** What pays, until somebody calls for more. False when nothing was done, as when another process is at it. @throws as {@link compact} */
  async inBackground(): Promise<boolean> {
    const rewritesPruned = performance.now() >= this.#nextSurvey && this.#parts.host.prunes().size > 0;
    if (rewritesPruned) this.#nextSurvey = performance.now() + surveyPause;
    const isEnough = () => this.#calls > 0;
    const { signal } = this.#closing;
    const done = await this.#next({ full: false, rewritesPruned, isEnough, signal }, 0);
    return !('elsewhere' in done) && done.sealed + done.merged > 0;
  }

  /** Ends what is under way, and takes away what is half done. Idempotent. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#last;
  }

  /** Compacts when its turn comes, and nobody else does. */
  async #next(work: CompactionWork, wait: number): Promise<CompactionTally | Elsewhere> {
    const next = this.#last.then(() => this.#underLock(work, wait));
    this.#last = next.catch(() => {});
    return await next;
  }

  async #underLock(work: CompactionWork, wait: number): Promise<CompactionTally | Elsewhere> {
    if (work.signal.aborted) throw aborted(work.signal.reason);
    const lock = await this.#acquire(work.signal, wait);
    if ('elsewhere' in lock) return lock;
    try {
      this.#parts.host.tidy();
      return await this.#run(work);
    } finally {
      await lock.release();
    }
  }

  async #run(work: CompactionWork): Promise<CompactionTally> {
    const jobs = this.#parts.makeJobs();
    this.#jobs = jobs;
    if (this.#calls > 0) jobs.hold();
    const compaction = new Compaction(this.#parts.host, jobs, work);
    try {
      await compaction.run();
      await this.#parts.collect(work.signal);
      return compaction.tally;
    } finally {
      this.#jobs = undefined;
      await jobs.close();
    }
  }

  async #acquire(signal: AbortSignal, wait: number): Promise<Lock | Elsewhere> {
    try {
      return await this.#parts.locks.acquire(compactionLock, {
        mode: 'exclusive',
        wait,
        signal,
        purpose: 'compaction of logs',
      });
    } catch (error) {
      if (isStoreError(error, 'LOCKED') || isStoreError(error, 'BUSY')) return { elsewhere: error.message };
      throw error;
    }
  }
}
