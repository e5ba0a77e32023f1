import type { StoreError } from '../errors/store-error.ts';
import type { StoreSettings } from '../store/store-options.ts';

/** S2 `'none'`: what befell writes that nobody waits for. It is warned about at once, and told by the next `flush`. */
export class BufferedFaults {
  readonly #warn: StoreSettings['onWarning'];
  /** What some failed with for good, until `flush` tells. */
  #lost: StoreError | undefined;
  /** Why some still wait although they were tried. */
  #stalled: StoreError | undefined;

  constructor(warn: StoreSettings['onWarning']) {
    this.#warn = warn;
  }

  /** A write failed for good. */
  readonly lost = (error: StoreError): void => {
    this.#lost ??= error;
    this.#warn({
      id: 'write.buffered-failed',
      message: `a buffered write failed: ${error.message}`,
      details: { code: error.code },
    });
  };

  /** Writes failed for the moment, and are kept. */
  stalled(error: StoreError): void {
    if (this.#stalled === undefined) {
      this.#warn({
        id: 'write.buffered-waits',
        message: `buffered writes could not be committed and wait for another try: ${error.message}`,
        details: { code: error.code },
      });
    }
    this.#stalled = error;
  }

  /** They are tried again, with success. */
  goOn(): void {
    this.#stalled = undefined;
  }

  /** What `flush` has to tell; what failed for good is told once. */
  take(): StoreError | undefined {
    const fault = this.#lost ?? this.#stalled;
    this.#lost = undefined;
    return fault;
  }
}
