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
  /** Gives up with `ABORTED`, at once or at the next step where nothing is left half done. */
  readonly signal?: AbortSignal;
}

export interface CollectOptions extends MaintenanceOptions {
  /** Tells what would be deleted, and deletes nothing. Default false. */
  readonly dryRun?: boolean;
}

export interface CompactOptions extends MaintenanceOptions {
  /** Rewrites all there is, not only where it pays. Default false. */
  readonly full?: boolean;
  /** Tells what would be rewritten, and changes nothing. Default false. */
  readonly dryRun?: boolean;
}

/**
 * S9: what may be done to a store while readers read. A driver offers those that mean something to it. Its options were
 * checked by core, which refuses those that do not exist or cannot be with `INVALID_ARGUMENT`, and a call whose signal has
 * fired already with `ABORTED`.
 */
export interface Maintenance {
  /** Moves committed data from the write-ahead log to its final place, as far as readers allow. */
  checkpoint(options?: MaintenanceOptions): Promise<MaintenanceReport>;
  /** Rewrites data into fewer, denser files. */
  compact(options?: CompactOptions): Promise<MaintenanceReport>;
  /** Deletes files that no snapshot of any process can reach. */
  collect(options?: CollectOptions): Promise<MaintenanceReport>;
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
