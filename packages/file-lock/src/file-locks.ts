import { readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import {
  assertLocalFiles,
  checkOptions,
  type FileSystemLookup,
  filePath,
  fileSystemType,
  fromSystemError,
  type Lock,
  type LockHolder,
  type LockMode,
  type LockProvider,
  type LockRequest,
  text,
} from '@stepwell/core';
import { type FileLocksOptions, fileLocksOptionShape } from './file-locks-options.ts';
import { announce, clearHolder, readHolder } from './holder-file.ts';
import { type LockFiles, lockFiles, nameOfLockFile } from './lock-files.ts';
import { checkRequest } from './lock-request.ts';
import type { LockSlot } from './lock-slot.ts';
import { isHeldExclusively } from './probe.ts';
import { takeAtOnce, takeUnlessQueued, waitForShared, waitInQueue } from './queue.ts';
import { aborted, busy, closed, locked } from './refusal.ts';
import { removeLock } from './remove-lock.ts';
import { SlotPool } from './slot-pool.ts';
import { isInterrupted, type Patience } from './wait.ts';

/** Asked once: it costs as much as a quarter of a turn. */
const host = hostname();

/**
 * S5: locks between processes, threads and handles, as files in `directory`, which is made when the first lock is taken.
 * The kernel gives a lock back when its process ends, however it ends: there are no timeouts and no stale locks.
 *
 * Every spelling of the directory is the same directory, and every provider of it competes with all others, those of
 * this process included; within one provider, too, a second exclusive request is refused, and shared ones are counted.
 *
 * Give a lock that you keep a `purpose`: it is then on file, with the holder, before `acquire` resolves. Without one the
 * holder is only named once it has held the lock for 5 ms, so that a short turn, as for one commit, costs half.
 *
 * `list` without a prefix names all locks.
 *
 * Besides what {@link LockProvider} names, its methods throw `INVALID_ARGUMENT` for a name, a prefix or a directory that
 * cannot be, and for a request without a mode, with an option that does not exist or a value that it cannot have, `NOT_SUPPORTED` for a directory on a network file system, before anything is made there, `CORRUPT` for a
 * lock file that is not one, `READ_ONLY`, `NO_SPACE` or `IO` where the directory cannot be used, and `NOT_OPEN` after
 * `close()`.
 *
 * @throws `INVALID_ARGUMENT` for what is no path, an option that does not exist or a value that it cannot have
 *
 * @example
 * ```ts
 * import { fileLocks } from '@stepwell/file-lock';
 *
 * const locks = fileLocks('.stepwell/locks');
 * const lock = await locks.acquire('writer', { mode: 'exclusive', wait: 5_000, purpose: 'nightly build' });
 * try {
 *   console.log('nobody else is in here');
 * } finally {
 *   await lock.release();
 *   await locks.close();
 * }
 * ```
 */
export function fileLocks(directory: string, options: FileLocksOptions = {}): LockProvider {
  const path = resolve(filePath(directory, 'directory'));
  return new FileLocks(path, checkOptions<FileLocksOptions>(options, fileLocksOptionShape));
}

export class FileLocks implements LockProvider {
  readonly #directory: string;
  readonly #lookup: FileSystemLookup;
  /** Whether locks in the directory hold; asked once. */
  #isTrusted: boolean;
  readonly #pool: SlotPool;
  readonly #held = new Set<Lock>();
  readonly #closing = new AbortController();

  /** `lookup` stands in for the system's own answer. */
  constructor(
    directory: string,
    { spare = 8, networkFiles = false }: FileLocksOptions,
    lookup: FileSystemLookup = fileSystemType,
  ) {
    this.#directory = directory;
    this.#isTrusted = networkFiles;
    this.#lookup = lookup;
    this.#pool = new SlotPool(spare);
  }

  async acquire(name: string, given: LockRequest): Promise<Lock> {
    const files = this.#filesOf(name);
    const request = checkRequest(given);
    const { mode, wait = 0, signal } = request;
    if (signal?.aborted) throw aborted(name, signal);
    const startedAt = performance.now();
    const signals = signal === undefined ? [this.#closing.signal] : [this.#closing.signal, signal];
    const patience = { until: startedAt + wait, signals };
    const slot = this.#pool.borrow(files.lock);
    try {
      const taken = await this.#take(slot, files, mode, wait, patience);
      if (taken && !this.#closing.signal.aborted) return this.#hold(slot, files, name, request);
      if (taken) slot.release();
      this.#checkOpen();
      if (signal !== undefined && isInterrupted(patience)) throw aborted(name, signal);
      const refused = {
        name,
        directory: this.#directory,
        mode,
        holder: slot.holder ?? (await readHolder(files)),
      };
      throw wait === 0 ? locked(refused) : busy(refused, Math.round(performance.now() - startedAt));
    } catch (error) {
      this.#pool.giveBack(slot);
      throw error;
    }
  }

  async isHeld(name: string): Promise<boolean> {
    const files = this.#filesOf(name);
    const mode = this.#pool.find(files.lock)?.mode;
    return mode === undefined ? await isHeldExclusively(files.lock) : mode === 'exclusive';
  }

  async holder(name: string): Promise<LockHolder | undefined> {
    const files = this.#filesOf(name);
    const own = this.#pool.find(files.lock)?.holder;
    if (own !== undefined) return own;
    return (await this.isHeld(name)) ? await readHolder(files) : undefined;
  }

  async list(prefix = ''): Promise<readonly string[]> {
    this.#checkOpen();
    const start = text(prefix, 'prefix');
    try {
      const names = (await readdir(this.#directory)).map(nameOfLockFile);
      return names.filter((name) => name !== undefined).filter((name) => name.startsWith(start));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw fromSystemError(error, `cannot list the locks of ${this.#directory}`, { reading: true });
    }
  }

  async remove(name: string): Promise<boolean> {
    const removed = await removeLock(this.#filesOf(name), this.#pool, [this.#closing.signal]);
    // Closing ends the attempt early: that says nothing about a holder.
    if (!removed) this.#checkOpen();
    return removed;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    for (const lock of this.#held) await lock.release();
    this.#pool.close();
  }

  async #take(
    slot: LockSlot,
    files: LockFiles,
    mode: LockMode,
    wait: number,
    patience: Patience,
  ): Promise<boolean> {
    if (wait === 0) return await takeAtOnce(slot, mode, patience.signals);
    const turnstile = this.#pool.borrow(files.turnstile);
    try {
      if (mode === 'shared') return await waitForShared(slot, turnstile, patience);
      return takeUnlessQueued(slot, turnstile) || (await waitInQueue(slot, turnstile, patience));
    } finally {
      this.#pool.giveBack(turnstile);
    }
  }

  #hold(slot: LockSlot, files: LockFiles, name: string, { mode, purpose = '' }: LockRequest): Lock {
    let withdraw: (() => void) | undefined;
    if (mode === 'exclusive') {
      slot.holder = { pid: process.pid, host, since: Date.now(), purpose };
      withdraw = announce(files, slot.holder);
    } else {
      clearHolder(files); // whoever is named there died: nobody has it exclusively now
    }
    const release = async (): Promise<void> => {
      if (!this.#held.delete(lock)) return;
      withdraw?.();
      slot.release();
      this.#pool.giveBack(slot);
    };
    const lock: Lock = { name, mode, release, [Symbol.asyncDispose]: release };
    this.#held.add(lock);
    return lock;
  }

  #filesOf(name: string): LockFiles {
    this.#checkOpen();
    const files = lockFiles(this.#directory, name);
    this.#checkPlace();
    return files;
  }

  /** Before anything is made, and before anybody is called dead whose lock another host holds. */
  #checkPlace(): void {
    if (this.#isTrusted) return;
    assertLocalFiles(this.#directory, this.#lookup);
    this.#isTrusted = true;
  }

  #checkOpen(): void {
    if (this.#closing.signal.aborted) throw closed(this.#directory);
  }
}
