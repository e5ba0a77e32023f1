/**
 * Statistics, health, diagnosis, metrics and scheduled maintenance of any Stepwell store.
 *
 * @packageDocumentation
 */

export { createMonitor } from './create-monitor.ts';
export type { DoctorOptions, Finding } from './doctor/finding.ts';
export type { Probe } from './examine/probe-read.ts';
export { type Threshold, type Thresholds, thresholds } from './examine/thresholds.ts';
export {
  type HealthCheck,
  type HealthDocument,
  type HealthStatus,
  healthContentType,
} from './health/health-document.ts';
export {
  type MaintenanceIntervals,
  type MaintenanceTask,
  maintenanceIntervals,
  maintenanceTasks,
  type TaskReport,
} from './maintenance/task.ts';
export type { RecordCounts } from './measure/count-records.ts';
export type { Monitor, MonitorOptions, Stats } from './monitor.ts';
export { pruneRecords, type RetentionOptions } from './retention/prune-records.ts';
export { monitorDefaults } from './settings.ts';
