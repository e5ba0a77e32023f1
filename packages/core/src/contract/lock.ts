/** Who holds a lock, for messages: never for decisions, since only the kernel knows who is alive (S5). */
export interface LockHolder {
  readonly pid: number;
  readonly host: string;
  /** When the holder took the lock, milliseconds since the Unix epoch. */
  readonly since: number;
  /** What the holder said it does, e.g. `stepwell run`. */
  readonly purpose: string;
}

export type LockMode = 'exclusive' | 'shared';

export interface LockRequest {
  readonly mode: LockMode;
  /** How long to wait for it, in milliseconds; 0 (the default) asks once. Waiting never blocks the event loop. */
  readonly wait?: number;
  readonly signal?: AbortSignal;
  /** What the holder does, shown to those who find it taken. */
  readonly purpose?: string;
}

/** A lock that is held. The kernel releases it when the process dies, however it dies. */
export interface Lock extends AsyncDisposable {
  readonly name: string;
  readonly mode: LockMode;
  /** Gives it back. Idempotent. */
  release(): Promise<void>;
}

/**
 * Kernel-released locks, by name, under one directory. Names are made of letters, digits, `.`, `_` and `-`.
 * `writer`, `maintenance`, `recovery`, `session-<id>` and `pin-<generation>` are the store's own. Those who wait for a lock
 * get it in about the order in which they came.
 */
export interface LockProvider {
  /**
   * Takes the lock `name`.
   * @throws `LOCKED` when it is taken and `wait` is 0; `BUSY` when it stayed taken for `wait` ms; both carry
   * `details.holder` ({@link LockHolder}) where it is known. `ABORTED` when `signal` fires.
   */
  acquire(name: string, request: LockRequest): Promise<Lock>;
  /** Whether a living process holds `name` exclusively. Creates nothing: a lock that never existed is not held. */
  isHeld(name: string): Promise<boolean>;
  /** Who holds it, as far as is known. */
  holder(name: string): Promise<LockHolder | undefined>;
  /** Names that exist, held or not, in no order. */
  list(prefix: string): Promise<readonly string[]>;
  /** Deletes a lock that nobody holds, under its exclusive lock. False, and nothing done, when somebody holds it. */
  remove(name: string): Promise<boolean>;
  /** Releases what this provider still holds. */
  close(): Promise<void>;
}
