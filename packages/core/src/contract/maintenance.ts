import type { Measure } from './measure.ts';

/** Something that is wrong in what is stored. */
export interface Problem {
  /** Stable, e.g. `log.frame.checksum`. */
  readonly id: string;
  /** The file, table or stream. */
  readonly where: string;
  /** Byte offset in `where`, when it is a file. */
  readonly offset?: number;
  readonly message: string;
}

/** What a maintenance call did. Doing nothing is said, with the reason, never passed off as success. */
export interface MaintenanceReport {
  readonly performed: boolean;
  /** Why nothing, or only a part, was done. */
  readonly reason?: string;
  readonly measures: readonly Measure[];
  /** What is wrong; only `verify` and `repair` fill it. Empty means sound. */
  readonly problems: readonly Problem[];
}

export interface MaintenanceOptions {
  readonly signal?: AbortSignal;
}

/** S9: what may be done to a store while readers read. A driver offers those that mean something to it. */
export interface Maintenance {
  /** Moves committed data from the write-ahead log to its final place, as far as readers allow. */
  checkpoint(options?: MaintenanceOptions): Promise<MaintenanceReport>;
  /** Rewrites data into fewer, denser files. */
  compact(options?: MaintenanceOptions): Promise<MaintenanceReport>;
  /** Deletes files that no snapshot of any process can reach. */
  collect(options?: MaintenanceOptions): Promise<MaintenanceReport>;
  /** Reads everything and checks it. Changes nothing. */
  verify(options?: MaintenanceOptions): Promise<MaintenanceReport>;
  /** Mends what `verify` found, and says what could not be saved. */
  repair(options?: MaintenanceOptions): Promise<MaintenanceReport>;
  /** Writes a consistent copy of the current state to `destination`, which must not exist. */
  backup(destination: string, options?: MaintenanceOptions): Promise<MaintenanceReport>;
  /** Refreshes what the query planner knows. */
  optimize(options?: MaintenanceOptions): Promise<MaintenanceReport>;
  /** Drops history and records past their retention. */
  prune(options?: MaintenanceOptions): Promise<MaintenanceReport>;
}
