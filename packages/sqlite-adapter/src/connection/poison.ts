import { isStoreError, StoreError } from '@stepwell/core';

/**
 * S2: once nobody can tell what the files hold, nothing is written or acknowledged any more; only opening anew can tell.
 */
export class Poison {
  readonly #path: string;
  #cause: StoreError | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** Remembers `error`, if it is such that nothing may follow it. */
  take(error: unknown): void {
    if (isStoreError(error, 'POISONED')) this.#cause ??= error;
  }

  /** @throws `POISONED` for ever, once there was a reason */
  check(): void {
    if (this.#cause === undefined) return;
    throw new StoreError(
      'POISONED',
      `${this.#path} takes no more writes: open the store again to recover; ${this.#cause.message}`,
      { cause: this.#cause, details: { path: this.#path } },
    );
  }
}
