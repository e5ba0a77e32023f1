import type { ContentStore, MaintenanceOptions, MaintenanceReport, Measure } from '@stepwell/core';

/** A blob: one content, kept once, however many artifacts name it. */
export interface StoredBlob {
  /** Lower-case hex SHA-256 of the bytes. */
  readonly hash: string;
  /** Bytes. */
  readonly size: number;
  /** When it was last put, milliseconds since the Unix epoch. */
  readonly storedAt: number;
}

export interface CollectOptions extends MaintenanceOptions {
  /**
   * The hashes that are still named; every other blob of at least `minAge` is deleted. They are held in memory, at about
   * 100 bytes each. Default: all of them, and only what dead processes left half-written is deleted.
   */
  readonly keep?: AsyncIterable<string> | Iterable<string>;
  /**
   * How long ago a blob must have been put last, in milliseconds, to be deleted. It covers the time between `put` and the
   * record that names the content, which no lock spans. Default: one hour.
   */
  readonly minAge?: number;
  /**
   * How long ago a collection must first have found a blob without a name, in milliseconds, to be deleted: a later
   * collection does. It covers readers of an older state, in any process, who still see the name, without a
   * {@link ArtifactStore.hold}; so it should be as long as a snapshot may live. Default: 0, deleted at once.
   */
  readonly unnamedFor?: number;
  /** Tells what would be deleted, and changes nothing; it waits for nobody. Default false. */
  readonly dryRun?: boolean;
}

/** Keeps blobs from being deleted, by any process, until it is released. Idempotent. */
export interface Hold extends AsyncDisposable {
  release(): Promise<void>;
}

/**
 * Files by their content. Any number of handles, in any number of processes, may use one directory; reading takes no lock.
 *
 * Every method throws `NOT_OPEN` after `close()` and `INVALID_ARGUMENT` for what is not a hash; the file system's refusals
 * are `READ_ONLY`, `NO_SPACE` and `IO`.
 */
export interface ArtifactStore extends ContentStore, AsyncDisposable {
  /** The blob, or undefined. Looks at the file, does not read it. */
  stat(hash: string): Promise<StoredBlob | undefined>;
  /** Every blob, by hash. One directory of 256 is in memory at a time (S10). */
  list(): AsyncIterable<StoredBlob>;
  /** Nothing is deleted while it is held; collections wait, then say `BUSY`. For readers of an older state (S9). */
  hold(): Promise<Hold>;
  /** Reads every blob and checks it against its address. Changes nothing. */
  verify(options?: MaintenanceOptions): Promise<MaintenanceReport>;
  /**
   * Deletes blobs that nobody names and drafts that dead processes left.
   * @throws `BUSY` when publishers or holds kept it waiting; what was deleted until then stays deleted
   */
  collect(options?: CollectOptions): Promise<MaintenanceReport>;
  /** How many blobs there are, and how large they are together. */
  stats(): Promise<readonly Measure[]>;
  /**
   * Lets puts, collections and holds that are under way come to their end, for `closeWait` ms at most; what is not done
   * by then, like the put of a stream that nobody ends, is `ABORTED`, and leaves nothing behind. Then it lets go of
   * everything. Idempotent.
   */
  close(): Promise<void>;
}
