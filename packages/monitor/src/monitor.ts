import type { MaintenanceOptions, MaintenanceReport, Measure } from '@stepwell/core';
import type { DoctorOptions, Finding } from './doctor/finding.ts';
import type { Probe } from './examine/probe-read.ts';
import type { Thresholds } from './examine/thresholds.ts';
import type { HealthDocument } from './health/health-document.ts';
import type { MaintenanceIntervals, TaskReport } from './maintenance/task.ts';
import type { RecordCounts } from './measure/count-records.ts';

/** What is measured at one moment. */
export interface Stats {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** The driver's name. */
  readonly store: string;
  /** What the store reports, then what follows from its counters, then what the process does. */
  readonly measures: readonly Measure[];
  /** What is recorded; `null` where the store holds something else than records. */
  readonly records: RecordCounts | null;
}

export interface MonitorOptions<View> {
  /** How to try whether the store can be read. Default: the newest execution, where the view shows records. */
  readonly probe?: Probe<View>;
  /** Milliseconds until a read counts as failed. Default 5000. */
  readonly readTimeout?: number;
  /** Rows that replace those of the table `thresholds`, or are new. */
  readonly thresholds?: Thresholds;
  /** Milliseconds between runs, in place of those of the table `maintenanceIntervals`; 0 is never. */
  readonly maintenance?: Partial<MaintenanceIntervals>;
  /** What the schedule runs as `prune` in place of the store's own: retention of records, with `pruneRecords`. */
  readonly prune?: (options: MaintenanceOptions) => Promise<MaintenanceReport>;
  /** Told about every maintenance run, failed ones included. */
  readonly onReport?: (report: TaskReport) => void;
  /** The clock, milliseconds since the Unix epoch. Default `Date.now`. */
  readonly now?: () => number;
}

/** Watches one store, from the process that has it open. */
export interface Monitor extends AsyncDisposable {
  /** SF-53, SF-104: figures. @throws what the store throws when it cannot be read */
  stats(): Promise<Stats>;
  /** SF-101: a document for load balancers and container hosts. Never throws: what fails is in the document. */
  health(): Promise<HealthDocument>;
  /** What is wrong and how to mend it, the worst first. Never throws but `ABORTED`, and `INVALID_ARGUMENT` for an option. */
  doctor(options?: DoctorOptions): Promise<readonly Finding[]>;
  /** SF-59: the figures as Prometheus text. Never throws: `stepwell_up` is 0 when the store cannot be read. */
  metrics(): Promise<string>;
  /** The media type of {@link metrics}. */
  readonly metricsContentType: string;
  /**
   * Begins to run maintenance at its intervals, one task at a time. It keeps no process alive.
   * @throws `NOT_SUPPORTED` for a store that is open for reading only
   */
  start(): void;
  /** Ends it; waits for the task that runs. `start` may follow. Idempotent. */
  stop(): Promise<void>;
  /** The maintenance runs so far, oldest first; the last 100. */
  readonly reports: readonly TaskReport[];
}
