import { flag, type OptionShape, wholeFrom } from '@stepwell/core';

/** What can be set on every driver of this package. */
export interface SqliteSettings {
  /** Page cache of each connection in bytes; rounded to KiB. Default 16 MiB. */
  readonly cacheBytes?: number;
  /** Most connections that snapshots may hold open; those of one epoch share one. Default 600. */
  readonly snapshotConnections?: number;
  /** How long history and transaction ids are kept, in milliseconds. Default 7 days. */
  readonly retention?: number;
  /** How long to wait for a lock inside SQLite before `BUSY`, in milliseconds, without blocking. Default 5,000. */
  readonly busyWait?: number;
  /** Bytes of the write-ahead log that make a checkpoint worth while. Default 16 MiB. */
  readonly checkpointBytes?: number;
  /** Bytes of the write-ahead log at which it is warned about: a reader keeps it from shrinking. Default 50 MiB. */
  readonly walWarnBytes?: number;
  /**
   * Opens a store on a network file system (NFS, SMB, 9p, …), which is refused otherwise: you answer for it that no
   * other host ever opens it, and that the file system keeps locks and shared memory of this host. Default `false`.
   */
  readonly networkFiles?: boolean;
  /**
   * Whether to make a store where there is none. `false` for one that is known to exist: what is empty then was lost, and
   * is `NOT_FOUND`, untouched. Default `true`.
   */
  readonly create?: boolean;
}

export type ResolvedSettings = Required<SqliteSettings>;

/** What each setting is when nothing is said, and why. */
export const defaultSettings: ResolvedSettings = {
  // Holds the indexes of some 100,000 records. Beyond 16 epochs at one time, each further connection has 1 MiB.
  cacheBytes: 16 * 1024 * 1024,
  // Two file descriptors and a quarter of a megabyte each (docs/decisions/0009): enough for 500 long readers at 500 epochs.
  snapshotConnections: 600,
  // A follower that was away for longer has more to gain from a fresh snapshot.
  retention: 7 * 24 * 60 * 60 * 1000,
  // The same as a turn of the writer lock may take.
  busyWait: 5_000,
  // Small enough that readers look through a short log; large enough that a page is written back once for many commits: a
  // quarter of it makes writing a quarter slower (measured).
  checkpointBytes: 16 * 1024 * 1024,
  walWarnBytes: 50 * 1024 * 1024,
  // Two hosts would each write beside the other.
  networkFiles: false,
  create: true,
};

/** What each setting may be. */
export const sqliteSettingsShape: OptionShape<SqliteSettings> = {
  cacheBytes: wholeFrom(1024),
  snapshotConnections: wholeFrom(1),
  retention: wholeFrom(0),
  busyWait: wholeFrom(0),
  checkpointBytes: wholeFrom(0),
  walWarnBytes: wholeFrom(0),
  networkFiles: flag,
  create: flag,
};
