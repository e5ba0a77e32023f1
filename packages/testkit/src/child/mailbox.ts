/** What somebody says, in order, for those who wait for something of it. */
export class Mailbox<Item> {
  readonly items: Item[] = [];
  readonly #waiting: Set<() => void> = new Set();
  #end: Error | undefined;

  add(item: Item): void {
    this.items.push(item);
    this.#wake();
  }

  /** Nothing comes any more: who still waits gets `error`. */
  close(error: Error): void {
    this.#end ??= error;
    this.#wake();
  }

  /** The first item, past or future, that fits. */
  async find(predicate: (item: Item) => boolean): Promise<Item> {
    for (let next = 0; ; ) {
      while (next < this.items.length) {
        const item = this.items[next++] as Item;
        if (predicate(item)) return item;
      }
      if (this.#end !== undefined) throw this.#end;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }
}
