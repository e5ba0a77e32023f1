import type { ViewGate } from './view-gate.ts';

/**
 * Items of a view, with a look at its gate before each pull and after it. Written as an iterator by hand: an async
 * generator that has thrown once answers later pulls as if it had come to its end, and a list that was cut off would look
 * complete (S4).
 */
export class GuardedItems<Item> implements AsyncIterableIterator<Item> {
  readonly #gate: ViewGate;
  readonly #items: AsyncIterator<Item>;

  constructor(gate: ViewGate, items: AsyncIterable<Item>) {
    this.#gate = gate;
    this.#items = items[Symbol.asyncIterator]();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Item, undefined>> {
    if (this.#gate.isOpen) {
      const { done, value } = await this.#items.next();
      if (this.#gate.isOpen) return done === true ? { done, value: undefined } : { done: false, value };
    }
    await this.#items.return?.();
    return this.#gate.refuse();
  }

  async return(): Promise<IteratorResult<Item, undefined>> {
    await this.#items.return?.();
    return { done: true, value: undefined };
  }
}
