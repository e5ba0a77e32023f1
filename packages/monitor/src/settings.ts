import { StoreError } from '@stepwell/core';
import { type Thresholds, thresholds } from './examine/thresholds.ts';
import {
  type MaintenanceIntervals,
  type MaintenanceTask,
  maintenanceIntervals,
  maintenanceTasks,
} from './maintenance/task.ts';

/** Everything that can be set about a monitor, with its default and the reason; intervals and thresholds have tables of their own. */
export const monitorDefaults: { readonly readTimeout: number; readonly reportsKept: number } = {
  /** Milliseconds a read may take before health calls the store unreadable: as long as a writer waits before `BUSY`. */
  readTimeout: 5_000,
  /** Reports of maintenance runs that are kept: some hours of them at the default intervals. */
  reportsKept: 100,
};

/** Beyond this a timer of Node fires at once. */
const longestTimer = 2_147_483_647;

/** @throws `INVALID_ARGUMENT` unless `value` is a number of milliseconds that a timer can count; 0 means never */
export function checkInterval(name: string, value: number): number {
  if (Number.isFinite(value) && value >= 0 && value <= longestTimer) return value;
  throw new StoreError(
    'INVALID_ARGUMENT',
    `${name} must be 0 to ${longestTimer} milliseconds, not ${String(value)}`,
  );
}

/** The table of intervals with what the caller set in its place. @throws `INVALID_ARGUMENT` */
export function resolveIntervals(given: Partial<MaintenanceIntervals> = {}): MaintenanceIntervals {
  const merged = { ...maintenanceIntervals, ...given };
  for (const name of Object.keys(merged)) {
    if (!maintenanceTasks.includes(name as MaintenanceTask)) {
      throw new StoreError(
        'INVALID_ARGUMENT',
        `there is no maintenance task ${JSON.stringify(name)} to schedule`,
      );
    }
    checkInterval(`maintenance.${name}`, merged[name as MaintenanceTask]);
  }
  return merged;
}

/** The table of thresholds with what the caller set in its place; each key replaces its row. */
export function resolveThresholds(given: Thresholds = {}): Thresholds {
  return { ...thresholds, ...given };
}
