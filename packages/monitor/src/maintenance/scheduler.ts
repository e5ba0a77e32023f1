import { isStoreError, type MaintenanceOptions, type MaintenanceReport, toStoreError } from '@stepwell/core';
import {
  type MaintenanceIntervals,
  type MaintenanceTask,
  maintenanceTasks,
  type TaskReport,
} from './task.ts';

/** Does one task. */
export type RunTask = (task: MaintenanceTask, options: MaintenanceOptions) => Promise<MaintenanceReport>;

/**
 * Runs maintenance tasks when they are due. One timer waits for the earliest and one loop runs what is due, so that two
 * never run at once; the timer keeps no process alive.
 */
export class Scheduler {
  readonly #runTask: RunTask;
  readonly #intervals: MaintenanceIntervals;
  readonly #onReport: (report: TaskReport) => void;
  /** When each task is due, on the monotonic clock. Tasks that never run are not in it. */
  readonly #due = new Map<MaintenanceTask, number>();
  /** Of the current stretch from start to stop. */
  #stopping: AbortController | undefined;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(runTask: RunTask, intervals: MaintenanceIntervals, onReport: (report: TaskReport) => void) {
    this.#runTask = runTask;
    this.#intervals = intervals;
    this.#onReport = onReport;
  }

  /** The first run of each task comes one interval from now. Nothing happens when it was started already. */
  start(): void {
    if (this.#stopping?.signal.aborted === false) return;
    this.#stopping = new AbortController();
    for (const task of maintenanceTasks) this.#scheduleNext(task);
    this.#wait(this.#stopping.signal);
  }

  /** Ends what runs, where it can be ended, and waits for it. */
  async stop(): Promise<void> {
    this.#stopping?.abort();
    clearTimeout(this.#timer);
    this.#due.clear();
    await this.#running;
  }

  #scheduleNext(task: MaintenanceTask): void {
    const interval = this.#intervals[task];
    if (interval > 0) this.#due.set(task, performance.now() + interval);
  }

  #wait(signal: AbortSignal): void {
    if (this.#due.size === 0 || signal.aborted) return;
    const delay = Math.max(0, Math.min(...this.#due.values()) - performance.now());
    this.#timer = setTimeout(() => {
      // After what a stretch that was just stopped may still be doing.
      this.#running = this.#running.then(async () => await this.#runDue(signal));
    }, delay);
    this.#timer.unref();
  }

  async #runDue(signal: AbortSignal): Promise<void> {
    for (const task of maintenanceTasks) {
      if (signal.aborted) return;
      const due = this.#due.get(task);
      if (due === undefined || due > performance.now()) continue;
      this.#due.delete(task);
      const report = await this.#run(task, signal);
      this.#onReport(report);
      if (signal.aborted) return;
      // What the store does not offer it will not offer later either.
      if (report.report?.reason !== notOffered) this.#scheduleNext(task);
    }
    this.#wait(signal);
  }

  async #run(task: MaintenanceTask, signal: AbortSignal): Promise<TaskReport> {
    const startedAt = Date.now();
    const start = performance.now();
    const finished = (outcome: Pick<TaskReport, 'report' | 'error'>): TaskReport => {
      return { task, startedAt, duration: performance.now() - start, ...outcome };
    };
    try {
      return finished({ report: await this.#runTask(task, { signal }), error: null });
    } catch (error) {
      if (isStoreError(error, 'NOT_SUPPORTED')) return finished({ report: nothingDone, error: null });
      return finished({ report: null, error: toStoreError(error, 'IO', `the scheduled ${task} failed`) });
    }
  }
}

const notOffered = 'the store does not offer it';
const nothingDone: MaintenanceReport = { performed: false, reason: notOffered, measures: [], problems: [] };
