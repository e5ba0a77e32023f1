import type { Lock, LockProvider } from '../contract/lock.ts';
import { uuidv7 } from '../platform/uuid.ts';
import { type Session, sessionLockName } from './session.ts';

/**
 * Milliseconds to wait for the lock of a new session, which nobody else wants: but whoever tidies up after the dead may
 * have found its file in the moment before it was locked, and be looking whether it can go.
 */
const beginWait = 10_000;

/** S7: this handle's own session, begun when somebody first records with it. */
export class OwnSession {
  readonly #locks: LockProvider;
  readonly #purpose: string;
  #begun: Promise<{ readonly session: Session; readonly lock: Lock }> | undefined;

  constructor(locks: LockProvider, purpose: string) {
    this.#locks = locks;
    this.#purpose = purpose;
  }

  async get(): Promise<Session> {
    this.#begun ??= this.#begin();
    const begun = this.#begun;
    try {
      return (await begun).session;
    } catch (error) {
      // The next call tries again: a full disk may have been emptied since. Unless another call does already.
      if (this.#begun === begun) this.#begun = undefined;
      throw error;
    }
  }

  async #begin(): Promise<{ readonly session: Session; readonly lock: Lock }> {
    const id = uuidv7();
    const lock = await this.#locks.acquire(sessionLockName(id), {
      mode: 'exclusive',
      wait: beginWait,
      purpose: this.#purpose,
    });
    return { session: { id }, lock };
  }

  /** Ends the session. Its lock file goes too: a session without one counts as dead, which from now on it is. */
  async end(): Promise<void> {
    const begun = await this.#begun?.catch(() => undefined);
    if (begun === undefined) return;
    await begun.lock.release();
    await this.#locks.remove(begun.lock.name);
  }
}
