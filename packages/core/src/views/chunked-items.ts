import type { ViewGate } from './view-gate.ts';

const none: readonly never[] = [];

/**
 * Items of a view that come in chunks, with a look at its gate before each pull and after it. A pull of what is at hand
 * costs one promise, where a generator of items inside a guard costs several. Pulls that do not wait for one another are
 * answered in their order, as those of a generator are. See {@link GuardedItems} for why it is no generator itself (S4).
 */
export class ChunkedItems<Item> implements AsyncIterableIterator<Item> {
  readonly #gate: ViewGate;
  readonly #chunks: AsyncIterator<readonly Item[]>;
  #chunk: readonly Item[] = none;
  #at = 0;
  /** The last of the pulls that wait for a chunk. */
  #waiting: Promise<unknown> | undefined;

  constructor(gate: ViewGate, chunks: AsyncIterable<readonly Item[]>) {
    this.#gate = gate;
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Item, undefined>> {
    if (this.#waiting === undefined && this.#at < this.#chunk.length && this.#gate.isOpen)
      return Promise.resolve({ done: false, value: this.#chunk[this.#at++] as Item });
    return this.#inTurn(() => this.#pull());
  }

  return(): Promise<IteratorResult<Item, undefined>> {
    return this.#inTurn(async () => {
      await this.#end();
      return { done: true, value: undefined };
    });
  }

  async #pull(): Promise<IteratorResult<Item, undefined>> {
    while (this.#gate.isOpen) {
      if (this.#at < this.#chunk.length) return { done: false, value: this.#chunk[this.#at++] as Item };
      this.#chunk = none;
      this.#at = 0;
      const { done, value } = await this.#chunks.next();
      if (done !== true) this.#chunk = value;
      else if (this.#gate.isOpen) return { done, value: undefined };
    }
    await this.#end();
    return this.#gate.refuse();
  }

  async #end(): Promise<void> {
    this.#chunk = none;
    this.#at = 0;
    await this.#chunks.return?.();
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#waiting === undefined ? work() : this.#waiting.then(work, work);
    const clear = (): void => {
      if (this.#waiting === turn) this.#waiting = undefined;
    };
    this.#waiting = turn;
    turn.then(clear, clear);
    return turn;
  }
}
