import type { LockHolder, LockMode } from '@stepwell/core';
import { LockFile } from './lock-file.ts';

/**
 * Slots that hold their lock. A connection that nothing refers to is collected and closed, which would release a lock
 * whose taker kept no reference to it, at a random moment.
 */
const holding = new Set<LockSlot>();

/**
 * One provider's place at one lock: free, held exclusively once, or held shared any number of times through a single
 * connection, so that a second shared hold costs nothing.
 */
export class LockSlot {
  readonly path: string;
  #file: LockFile | undefined;
  #mode: LockMode | undefined;
  #holds = 0;
  /** Who this provider told that it holds the lock exclusively. */
  holder: LockHolder | undefined;
  /** Until when this provider may take the lock past those who wait for it, on the clock of `performance.now()`. */
  sliceEndsAt = 0;

  constructor(path: string) {
    this.path = path;
  }

  /** How this provider holds the lock, if it does. */
  get mode(): LockMode | undefined {
    return this.#mode;
  }

  /** Takes the lock if it is free now. */
  take(mode: LockMode): boolean {
    if (this.#mode !== undefined) {
      if (this.#mode === 'exclusive' || mode === 'exclusive') return false;
    } else if (this.#ask(mode)) {
      this.#mode = mode;
      holding.add(this);
    } else {
      return false;
    }
    this.#holds += 1;
    return true;
  }

  /** Gives one hold back; the last one frees the lock. */
  release(): void {
    if (this.#mode === undefined) return;
    this.#holds -= 1;
    if (this.#holds > 0) return;
    this.#mode = undefined;
    this.holder = undefined;
    holding.delete(this);
    try {
      this.#file?.release();
    } catch {
      // Closing the connection releases the lock just as well, and that is all that was asked.
      this.close();
    }
  }

  /** Whether somebody has the lock exclusively, or is asking for it right now. */
  isTaken(): boolean {
    if (this.#mode !== undefined) return true;
    if (!this.#ask('shared')) return true;
    this.#file?.release();
    return false;
  }

  /** Closes the connection. Only for a slot that holds nothing. */
  close(): void {
    const file = this.#file;
    this.#file = undefined;
    file?.close();
  }

  #ask(mode: LockMode): boolean {
    try {
      for (;;) {
        this.#file ??= LockFile.open(this.path);
        const outcome = this.#file.take(mode);
        if (outcome !== 'replaced') return outcome === 'taken';
        this.close();
      }
    } catch (error) {
      // Whatever was wrong with the file, the next call shall look at the one that is there then.
      this.close();
      throw error;
    }
  }
}
