import { type LockProvider, StoreError } from '@stepwell/core';

/** How {@link fileArtifacts} behaves. */
export interface FileArtifactsOptions {
  /** The largest content that is taken, in bytes; more is `INVALID_ARGUMENT`. Default: no limit but the disk. */
  readonly maxBytes?: number;
  /**
   * Directories that files may be taken from. A source is judged by where it really is, so a symbolic link does not lead
   * out; what lies elsewhere is `INVALID_ARGUMENT`. Default: anywhere. Set it where paths come from what a program prints.
   */
  readonly within?: readonly string[];
  /** How long to wait for a collection, or a collection for those who publish, in ms, before `BUSY`. Default 30 000. */
  readonly lockWait?: number;
  /** The locks to use, which then stay yours to close. Default: `@stepwell/file-lock` in `<directory>/locks`. */
  readonly locks?: LockProvider;
  /** The clock, milliseconds since the Unix epoch. Default `Date.now`. */
  readonly now?: () => number;
}

/** The defaults, each with its reason. */
export const artifactDefaults: {
  readonly lockWait: number;
  readonly minAge: number;
  readonly chunkBytes: number;
} = {
  /** A collection holds the lock for one of 256 directories at a time: whoever waits longer than this waits for a fault. */
  lockWait: 30_000,
  /** Time between `put` and the record that names the content. An hour is far more than any recorder takes. */
  minAge: 3_600_000,
  /** Bytes per read: large enough to be fast, and all that a stream of any length holds in memory (S10). */
  chunkBytes: 262_144,
};

/** @throws `INVALID_ARGUMENT` unless `value` is a number from 0 up. */
export function checkAmount(name: string, value: number): number {
  if (typeof value === 'number' && value >= 0) return value;
  throw new StoreError('INVALID_ARGUMENT', `${name} must be a number from 0 up, not ${String(value)}`, {
    details: { [name]: value },
  });
}
