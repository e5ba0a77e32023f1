import { StoreError } from '../errors/store-error.ts';

/** A handle is open, then closing, then closed, and never anything else again (SF-15). */
export class Lifecycle {
  readonly #what: string;
  #closing: Promise<void> | undefined;

  constructor(what: string) {
    this.#what = what;
  }

  /** @throws `NOT_OPEN` */
  check(): void {
    if (this.#closing !== undefined) throw new StoreError('NOT_OPEN', `the ${this.#what} is closed`);
  }

  /** Runs `work` on the first call; every call resolves, or rejects, as that one does. */
  async close(work: () => Promise<void>): Promise<void> {
    this.#closing ??= work();
    await this.#closing;
  }
}
