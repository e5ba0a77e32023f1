import { isStoreError, type Lock, type LockProvider, StoreError, type StoreWarning } from '@stepwell/core';
import { pinName } from './pin-name.ts';

/** A lock is kept so long after it was used last, in milliseconds: taking it costs more than most snapshots do. */
const keptFor = 250;

/**
 * So long a handle takes pins by a lock that it holds, in milliseconds, before it looks whether there is a newer manifest.
 * One that takes a snapshot every moment, while nothing is written, would else keep what was retired for ever.
 */
const trustedFor = 1_000;

/** More tries than anybody can publish manifests in the time of one; beyond it something is wrong. */
const maxTries = 100;

/** What pin locks are about: the manifest, as this handle knows it and as it is on disk. */
export interface PinnedFiles {
  /** {@link Manifest.pins} of the manifest that this handle knows. It never falls. */
  readonly pins: number;
  /** Goes over to the manifest that is on disk now. @throws `CORRUPT IO` */
  adoptManifest(): void;
  /** Nobody reads by this handle any more: files need not stay open. */
  letGo(): void;
}

/** Somebody's share in a pin lock: while it lasts, nothing that this handle knows of is deleted. */
export interface PinHold {
  readonly pins: number;
  /** Idempotent. */
  release(): void;
}

interface HeldLock {
  readonly pins: number;
  /** `undefined` where it cannot be had and is not needed. */
  readonly lock: Lock | undefined;
  holds: number;
  idleSince: number;
  /** When the manifest was read last, by `performance.now`. */
  lookedAt: number;
}

/**
 * S9: the shared locks by which a handle keeps the files that it reads.
 *
 *     read the manifest ──► hold `pin-<pins>` ──► read the manifest again: still the same `pins`?
 *
 * Collection deletes files that were retired under number p only when every `pin-<q>`, q ≤ p, is held by nobody. The second
 * look tells that the lock was held before the manifest went. So a lock keeps all files that manifests of its number or of
 * later ones name, and a handle that holds the one of what it knows has no need to look again, but for the sake of those who collect.
 */
export class PinLocks {
  readonly #locks: LockProvider;
  readonly #files: PinnedFiles;
  readonly #warn: (warning: StoreWarning) => void;
  readonly #held: Map<number, HeldLock> = new Map();
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(locks: LockProvider, files: PinnedFiles, warn: (warning: StoreWarning) => void) {
    this.#locks = locks;
    this.#files = files;
    this.#warn = warn;
  }

  /** @throws `CORRUPT IO NOT_SUPPORTED`, and what the locks cannot do */
  async hold(): Promise<PinHold> {
    for (let tries = 0; tries < maxTries && !this.#isClosed; tries += 1) {
      const known = this.#held.get(this.#files.pins);
      if (known === undefined) await this.#acquire();
      else if (this.#isLatest(known)) return this.#share(known);
    }
    if (this.#isClosed) throw new StoreError('NOT_OPEN', 'the logs were closed');
    throw new StoreError('BUSY', `the log files changed under ${maxTries} tries to pin them`);
  }

  /** Gives back what nobody uses, instead of keeping it for the next one. */
  async releaseIdle(): Promise<void> {
    await this.#releaseUnused(0);
  }

  /** Gives back all. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    for (const held of this.#held.values()) held.holds = 0;
    await this.#releaseUnused(0);
  }

  /** Whether it is the lock of the manifest that is on disk, as far as was seen a moment ago. */
  #isLatest(held: HeldLock): boolean {
    const now = performance.now();
    if (now - held.lookedAt < trustedFor) return true;
    held.lookedAt = now;
    this.#files.adoptManifest();
    return this.#files.pins === held.pins;
  }

  /** Holds the lock of the manifest that is on disk, unless that one changes meanwhile. */
  async #acquire(): Promise<void> {
    this.#files.adoptManifest();
    const { pins } = this.#files;
    // What it is kept for is known already, or another call was faster.
    if (this.#held.has(pins)) return;
    const lock = await this.#lock(pins);
    if (lock === 'taken') return;
    try {
      if (!this.#isClosed) this.#files.adoptManifest();
    } catch (error) {
      await lock?.release();
      throw error;
    }
    if (this.#isClosed || this.#files.pins !== pins || this.#held.has(pins)) return await lock?.release();
    const now = performance.now();
    this.#held.set(pins, { pins, lock, holds: 0, idleSince: now, lookedAt: now });
    this.#tidy();
    this.#watchIdle();
  }

  /**
   * `taken`: a collection just has it exclusively, which it has of old numbers only: look at the manifest again.
   *
   * A reader that must not write can hold a lock that exists, and every open for writing makes that of its manifest before
   * anything can be retired under it. Where there is none and none can be made, no such writer has been here: a copy that
   * nobody writes to, or a log of version 1. There such a reader goes on without. Should a writer come after all, seal and
   * collect while the reader's snapshot stays open, then a file that it asks for may be gone: that is an error which names
   * the file, never less than there was.
   */
  async #lock(pins: number): Promise<Lock | 'taken' | undefined> {
    const name = pinName(pins);
    try {
      return await this.#locks.acquire(name, { mode: 'shared' });
    } catch (error) {
      if (isStoreError(error, 'LOCKED')) return 'taken';
      if (!isStoreError(error, 'READ_ONLY')) throw error;
      if ((await this.#locks.list(name)).includes(name)) throw error;
      return undefined;
    }
  }

  #share(held: HeldLock): PinHold {
    held.holds += 1;
    let isReleased = false;
    return {
      pins: held.pins,
      release: () => {
        if (isReleased) return;
        isReleased = true;
        held.holds -= 1;
        held.idleSince = performance.now();
        if (held.holds > 0) return;
        // Nobody takes one of a former manifest again.
        if (held.pins === this.#files.pins) this.#watchIdle();
        else this.#tidy();
      },
    };
  }

  /** Looks after those that nobody holds, as long as there are any. */
  #watchIdle(): void {
    const idle = [...this.#held.values()].filter(({ holds }) => holds === 0);
    if (this.#timer !== undefined || this.#isClosed || idle.length === 0) return;
    const idleSince = Math.min(...idle.map((held) => held.idleSince));
    const look = (): void => {
      this.#timer = undefined;
      this.#tidy();
      this.#watchIdle();
    };
    // A millisecond more, since timers may be early by a part of one.
    this.#timer = setTimeout(look, idleSince + keptFor + 1 - performance.now()).unref();
  }

  /** Releases what was kept long enough. Nobody waits for it, so a failure can only be told. */
  #tidy(): void {
    this.#releaseUnused(keptFor).catch((error: unknown) => {
      const message = `a pin lock could not be released: ${String(error)}`;
      this.#warn({ id: 'lock.not-released', message });
    });
  }

  /** Of those that nobody holds: the ones that were not used for so many milliseconds, and all of former manifests. */
  async #releaseUnused(idleFor: number): Promise<void> {
    const idleBefore = performance.now() - idleFor;
    const unused = [...this.#held.values()].filter(
      ({ pins, holds, idleSince }) => holds === 0 && (idleSince <= idleBefore || pins !== this.#files.pins),
    );
    for (const { pins } of unused) this.#held.delete(pins);
    if (this.#held.size === 0) this.#files.letGo();
    await Promise.all(unused.map(({ lock }) => lock?.release()));
  }
}
