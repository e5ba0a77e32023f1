import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Lock, LockProvider } from '@stepwell/core';
import { makeDirectory } from '../files/durable-directory.ts';
import type { Layout } from '../layout.ts';

const LOCK_PREFIX = 'drafts-';
const DRAFT = /^([0-9a-f-]{36})\.\d+$/;

/** The lock that says the drafts of `session` are somebody's. */
export function draftLockName(session: string): string {
  return LOCK_PREFIX + session;
}

/** The session that a file in `tmp/` belongs to, or undefined for a file that is no draft. */
export function sessionOfDraft(file: string): string | undefined {
  return DRAFT.exec(file)?.[1];
}

/** The draft locks that exist, held or not. */
export async function draftLocks(locks: LockProvider): Promise<readonly string[]> {
  return await locks.list(LOCK_PREFIX);
}

/**
 * Names the drafts of one handle. Its lock is taken before the first draft exists and the kernel gives it back when the
 * process dies, so a draft whose lock is free is nobody's, without a timeout and without a guess.
 */
export class DraftSession {
  readonly #layout: Layout;
  readonly #locks: LockProvider;
  readonly #session = randomUUID();
  #lock: Promise<Lock> | undefined;
  #drafts = 0;

  constructor(layout: Layout, locks: LockProvider) {
    this.#layout = layout;
    this.#locks = locks;
  }

  /** A path for a new draft, which does not exist yet. */
  async nextDraft(): Promise<string> {
    this.#lock ??= this.#begin();
    try {
      await this.#lock;
    } catch (error) {
      // A directory that could not be written may become so: the next put asks anew.
      this.#lock = undefined;
      throw error;
    }
    this.#drafts += 1;
    return join(this.#layout.drafts, `${this.#session}.${this.#drafts}`);
  }

  /** Ends the session; its drafts must be gone. */
  async end(): Promise<void> {
    const lock = this.#lock;
    this.#lock = undefined;
    if (lock === undefined) return;
    await (await lock).release();
    await this.#locks.remove(draftLockName(this.#session));
  }

  async #begin(): Promise<Lock> {
    await makeDirectory(this.#layout.drafts);
    return await this.#locks.acquire(draftLockName(this.#session), {
      mode: 'exclusive',
      purpose: 'storing artifacts',
    });
  }
}
