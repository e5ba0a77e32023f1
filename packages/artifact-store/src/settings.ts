import {
  abortSignal,
  type ContentStore,
  callback,
  filePath,
  flag,
  having,
  type LockProvider,
  listOf,
  type MaintenanceOptions,
  milliseconds,
  type OptionCheck,
  type OptionShape,
  StoreError,
  text,
} from '@stepwell/core';
import type { CollectOptions } from './artifact-store.ts';

type PutOptions = NonNullable<Parameters<ContentStore['put']>[1]>;

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
  /**
   * How long `close()` lets puts, collections and holds that are under way come to their end, in ms; then they are
   * aborted. Default 5 000.
   */
  readonly closeWait?: number;
  /** The locks to use, which then stay yours to close. Default: `@stepwell/file-lock` in `<directory>/locks`. */
  readonly locks?: LockProvider;
  /** As `networkFiles` of the default locks: `directory` may be on a network file system. Default `false`. */
  readonly networkFiles?: boolean;
  /** The clock, milliseconds since the Unix epoch. Default `Date.now`. */
  readonly now?: () => number;
}

/** The defaults, each with its reason. */
export const artifactDefaults: {
  readonly lockWait: number;
  readonly closeWait: number;
  readonly minAge: number;
  readonly unnamedFor: number;
  readonly chunkBytes: number;
} = {
  /** A collection holds the lock for one of 256 directories at a time: whoever waits longer than this waits for a fault. */
  lockWait: 30_000,
  /** Most contents are stored in less; a stream that nobody ends must not keep a program from ending. */
  closeWait: 5_000,
  /** Time between `put` and the record that names the content. An hour is far more than any recorder takes. */
  minAge: 3_600_000,
  /** Whoever collects knows whether anybody reads an older state, and for how long. */
  unnamedFor: 0,
  /** Bytes per read: large enough to be fast, and all that a stream of any length holds in memory (S10). */
  chunkBytes: 262_144,
};

/** A number from 0 up; there may be no limit. */
const amount: OptionCheck<number> = (value, path) => {
  if (typeof value === 'number' && value >= 0) return value;
  throw new StoreError('INVALID_ARGUMENT', `${path} must be a number from 0 up, not ${String(value)}`, {
    details: { option: path },
  });
};

/** What each option may be. */
export const artifactOptionShape: OptionShape<FileArtifactsOptions> = {
  maxBytes: amount,
  within: listOf(filePath),
  lockWait: milliseconds,
  closeWait: milliseconds,
  locks: having('acquire', 'isHeld', 'list', 'remove'),
  networkFiles: flag,
  now: callback,
};

export const putOptionShape: OptionShape<PutOptions> = { name: text, signal: abortSignal };

export const verifyOptionShape: OptionShape<MaintenanceOptions> = { signal: abortSignal };

export const collectOptionShape: OptionShape<CollectOptions> = {
  ...verifyOptionShape,
  keep: (value, path) => {
    const keep = Object(value) as Partial<AsyncIterable<string> & Iterable<string>>;
    // A text is iterable as well, letter by letter.
    if (typeof value !== 'string' && (keep[Symbol.asyncIterator] ?? keep[Symbol.iterator]) !== undefined)
      return value as AsyncIterable<string> | Iterable<string>;
    throw new StoreError('INVALID_ARGUMENT', `${path} must be an iterable of hashes`, {
      details: { option: path },
    });
  },
  minAge: amount,
  unnamedFor: amount,
  dryRun: flag,
};
