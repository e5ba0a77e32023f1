import { isStoreError, type LockProvider, type StoreWarning, toStoreError } from '@stepwell/core';
import type { Connection } from '../connection/connection.ts';
import { crashPoint } from '../crash-points.ts';
import type { MaintenanceThread } from './maintenance-thread.ts';
import type { CheckpointResult } from './task.ts';
import { checkpoint } from './tasks/checkpoint.ts';

/** Commits between two looks at the log; the first commit looks, so that short-lived processes do their share. */
const commitsPerLook = 8;

/** How long the log may become, in `checkpointBytes`, before the writer waits for what is being written back. */
const holdAt = 2;

export interface CheckpointerOptions {
  /** The connection that writes: asked how the log stands, between its transactions. */
  readonly connection: Connection;
  readonly thread: MaintenanceThread;
  readonly locks: LockProvider;
  readonly warn: (warning: StoreWarning) => void;
  /** Bytes that wait to be written back, at which it is worth while. */
  readonly checkpointBytes: number;
  /** Bytes of the log at which its growth is warned about. */
  readonly walWarnBytes: number;
  /** When the oldest snapshot of this process was taken. */
  readonly oldestSnapshot: () => number | undefined;
  /** Runs `work` between two transactions of this process's writer, which waits meanwhile. */
  readonly pauseWriter: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /** Told what a checkpoint failed with: some of it concerns those who write (S2). */
  readonly onFailure: (error: unknown) => void;
}

/**
 * Writes the log back when enough has gathered, in the maintenance thread and under the maintenance lock: of all
 * processes one does it. Passive as routine: it waits for no reader, and none waits for it. What a reader still needs
 * stays in the log; it is tried again when the log has grown by as much again, or a snapshot of ours has ended.
 *
 * The log starts over only when all of it was written back, which a busy writer never lets happen. So what it added
 * while the bulk was written back is done in a short pause of the writer: a few milliseconds, off the event loop. A writer
 * that is much faster than the disk waits for the bulk as well, or the log would grow without bound.
 */
export class Checkpointer {
  readonly #options: CheckpointerOptions;
  readonly #pageBytes: number;
  #commits = 0;
  #running: Promise<void> | undefined;
  #isHolding = false;
  /** Bytes of the log before which another try would be in vain. */
  #retryAt = 0;
  #hasWarned = false;
  /** While a checkpoint runs, it may meet a snapshot that is gone when its result arrives. */
  #snapshotEnded = false;
  #isClosing = false;

  constructor(options: CheckpointerOptions) {
    this.#options = options;
    this.#pageBytes = Number(options.connection.pragma('page_size'));
  }

  afterCommit(): void {
    this.#commits += 1;
    if (this.#commits % commitsPerLook === 1) this.#look();
  }

  /** A snapshot of this process ended: what it held back may go now. */
  afterSnapshot(): void {
    this.#snapshotEnded = true;
    if (this.#retryAt > 0) this.#lookAgain();
  }

  /**
   * Writes back what can be, and empties the log if no reader is in it.
   * @throws `BUSY` when somebody else maintains the store for longer than `wait` milliseconds
   */
  async checkpoint(options: {
    readonly wait: number;
    readonly signal?: AbortSignal;
  }): Promise<CheckpointResult> {
    return await this.underLock(options, async () => await this.#request('TRUNCATE', { awaited: true }));
  }

  /** Lets a checkpoint that is under way end, and leaves a short log behind if the thread is running anyway. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#options.thread.beginToClose();
    await this.#running;
    if (this.#options.thread.isStarted) await this.#run('TRUNCATE');
  }

  /** Starts a checkpoint when it is worth while. Never fails: whoever commits has nothing to do with it. */
  #look(): void {
    if (this.#isClosing) return;
    if (this.#running !== undefined) {
      this.#holdBack();
      return;
    }
    try {
      const mode = this.#wanted(checkpoint(this.#options.connection, 'NOOP'));
      if (mode === undefined) return;
      this.#snapshotEnded = false;
      this.#running = this.#run(mode).finally(() => {
        this.#running = undefined;
        if (this.#snapshotEnded && this.#retryAt > 0) this.#lookAgain();
      });
    } catch (error) {
      this.#warnOfFailure(error);
    }
  }

  /** Lets the writer wait, when the log has grown too long beside the bulk, until that and what came since is written back. */
  #holdBack(): void {
    if (this.#isHolding) return;
    const { frames } = checkpoint(this.#options.connection, 'NOOP');
    if (frames * this.#pageBytes < holdAt * this.#options.checkpointBytes) return;
    this.#isHolding = true;
    // The thread does one after the other: this comes after the bulk, and under its lock.
    this.#options
      .pauseWriter(() => this.#request('PASSIVE', { awaited: true }))
      .catch((error: unknown) => this.#warnOfFailure(error))
      .finally(() => {
        this.#isHolding = false;
      });
  }

  #lookAgain(): void {
    // The log cannot be asked within a transaction; the commit that ends it is soon enough.
    if (this.#options.connection.inTransaction) return;
    this.#retryAt = 0;
    this.#look();
  }

  #wanted({ frames, checkpointed }: CheckpointResult): 'PASSIVE' | 'TRUNCATE' | undefined {
    const { checkpointBytes, walWarnBytes } = this.#options;
    const logBytes = frames * this.#pageBytes;
    if ((frames - checkpointed) * this.#pageBytes < checkpointBytes || logBytes < this.#retryAt)
      return undefined;
    return logBytes < walWarnBytes ? 'PASSIVE' : 'TRUNCATE';
  }

  /** In the background: what goes wrong is told to the owner of the store, and the next commit tries again. */
  async #run(mode: 'PASSIVE' | 'TRUNCATE'): Promise<void> {
    try {
      await this.underLock({ wait: 0 }, async () => this.#judge(await this.#writeBack(mode)));
    } catch (error) {
      // Somebody else is at it, who will do as well.
      if (!isStoreError(error, 'LOCKED', 'BUSY')) this.#warnOfFailure(error);
    }
  }

  async #writeBack(mode: 'PASSIVE' | 'TRUNCATE'): Promise<CheckpointResult> {
    const bulk = await this.#request('PASSIVE', { awaited: false });
    if (mode === 'PASSIVE' && bulk.checkpointed >= bulk.frames) return bulk;
    // Awaited: a writer waits for it, and must not find the process ended because nothing else keeps it alive.
    return await this.#options.pauseWriter(() => this.#request(mode, { awaited: true }));
  }

  #warnOfFailure(error: unknown): void {
    const { code, message } = toStoreError(error, 'IO', 'the checkpoint failed');
    this.#options.warn({ id: 'checkpoint.failed', message, details: { code } });
  }

  async #request(
    mode: 'PASSIVE' | 'TRUNCATE',
    how: { readonly awaited: boolean },
  ): Promise<CheckpointResult> {
    crashPoint('sqlite:checkpoint.before');
    try {
      const result = await this.#options.thread.request('checkpoint', { mode }, how);
      crashPoint('sqlite:checkpoint.after');
      return result;
    } catch (error) {
      this.#options.onFailure(error);
      throw error;
    }
  }

  #judge({ frames, checkpointed }: CheckpointResult): void {
    const logBytes = frames * this.#pageBytes;
    const isDone = checkpointed >= frames;
    this.#retryAt = isDone ? 0 : logBytes + this.#options.checkpointBytes;
    if (isDone || logBytes < this.#options.walWarnBytes) {
      this.#hasWarned = false;
      return;
    }
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    const oldestSnapshot = this.#options.oldestSnapshot();
    const whose = oldestSnapshot === undefined ? 'another process' : 'this process, or another one';
    this.#options.warn({
      id: 'checkpoint.starved',
      message: `the write-ahead log has grown to ${logBytes} bytes: a snapshot of ${whose} keeps it from being written back`,
      details: { logBytes, waitingBytes: (frames - checkpointed) * this.#pageBytes, oldestSnapshot },
    });
  }

  /** Does `act` while nobody else maintains the store. */
  async underLock<Result>(
    { wait, signal }: { readonly wait: number; readonly signal?: AbortSignal },
    act: () => Promise<Result>,
  ): Promise<Result> {
    const lock = await this.#options.locks.acquire('maintenance', {
      mode: 'exclusive',
      purpose: 'checkpoint',
      wait,
      ...(signal !== undefined && { signal }),
    });
    try {
      return await act();
    } finally {
      await lock.release();
    }
  }
}
