import type { ChildGroup } from './child-group.ts';

/** Why a command was ended from outside. */
export type StopCause =
  | { readonly why: 'timed-out' }
  | { readonly why: 'cancelled'; readonly signal: NodeJS.Signals }
  /** A step failed that may not. */
  | { readonly why: 'stopped'; readonly message: string };

/** Milliseconds for the last output to arrive once the group is gone. */
const drainFor = 500;

/** Ends a command and all that it started (SF-82), once, for the first reason that comes. */
export class Stopping {
  readonly #group: ChildGroup;
  readonly #grace: number;
  #cause: StopCause | undefined;
  #done: Promise<void> = Promise.resolve();

  constructor(group: ChildGroup, grace: number) {
    this.#group = group;
    this.#grace = grace;
  }

  get cause(): StopCause | undefined {
    return this.#cause;
  }

  /** Resolves when nobody of the group is left; at once when nothing is being stopped. */
  get done(): Promise<void> {
    return this.#done;
  }

  /**
   * Sends `signal` to the group and kills what is left after the grace. With `patience` the command itself may take
   * the time it needs; the grace is then for what it leaves behind.
   */
  begin(
    cause: StopCause,
    signal: NodeJS.Signals,
    { patience = false }: { readonly patience?: boolean } = {},
  ): void {
    if (this.#cause !== undefined) return;
    this.#cause = cause;
    this.#group.signal(signal);
    this.#done = this.#finish(patience);
  }

  /** At once. */
  kill(): void {
    this.#group.signal('SIGKILL');
  }

  async #finish(patience: boolean): Promise<void> {
    if (patience) await this.#group.exited;
    await this.#group.gone(this.#grace);
    await this.#group.exited;
    setTimeout(() => this.#group.abandonOutput(), drainFor).unref();
  }
}
