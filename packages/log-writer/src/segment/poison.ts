import { isStoreError, StoreError } from '@stepwell/core';

/** S2: after a failed sync or truncation nobody knows what the files hold; only opening anew can tell. */
export class Poison {
  #cause: StoreError | undefined;

  /** @throws `POISONED` for ever, once {@link set} was called */
  check(): void {
    if (this.#cause === undefined) return;
    throw new StoreError(
      'POISONED',
      'an earlier write of these logs has an unknown outcome; open them again to recover',
      {
        cause: this.#cause,
      },
    );
  }

  /** Answers the error to throw. */
  set(cause: unknown, what: string): StoreError {
    const error = isStoreError(cause, 'POISONED')
      ? cause
      : new StoreError('POISONED', `${what}: ${cause instanceof Error ? cause.message : String(cause)}`, {
          cause,
        });
    this.#cause ??= error;
    return error;
  }
}
