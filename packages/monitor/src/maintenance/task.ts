import type { MaintenanceReport, StoreError } from '@stepwell/core';

/** What a schedule may run, in the order in which it does when several are due. */
export const maintenanceTasks = ['checkpoint', 'prune', 'collect', 'compact', 'optimize'] as const;

export type MaintenanceTask = (typeof maintenanceTasks)[number];

/** Milliseconds between the end of one run and the start of the next; 0 is never. */
export type MaintenanceIntervals = Readonly<Record<MaintenanceTask, number>>;

/** How often each task runs when nothing is said, and why. */
export const maintenanceIntervals: MaintenanceIntervals = {
  /** 1 minute: it costs next to nothing when there is little to move, and keeps the write-ahead log short. */
  checkpoint: 60_000,
  /** 1 hour: retention is counted in days. */
  prune: 3_600_000,
  /** 10 minutes: what was pruned or compacted should give its space back soon. */
  collect: 600_000,
  /** 10 minutes: often enough that no run has much to merge. */
  compact: 600_000,
  /** 1 day: the query planner's statistics change slowly. */
  optimize: 86_400_000,
};

/** One run of a task. */
export interface TaskReport {
  readonly task: MaintenanceTask;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  /** Milliseconds. */
  readonly duration: number;
  /** What was done; `null` when it failed. */
  readonly report: MaintenanceReport | null;
  /** Why it failed; `null` when it did not. */
  readonly error: StoreError | null;
}
