/** S10: what is kept of the indexes of complete segments, all of them together. */
const keptBytes = 32 * 1024 * 1024;

/** What was used last stays, however large: whoever reads asks for the two of a stream again and again. */
const keptAlways = 3;

interface Kept {
  readonly value: unknown;
  readonly bytes: number;
}

/** Pieces of stored indexes that were used last. */
export class IndexCache {
  /** The least recently used first. */
  readonly #kept: Map<object, Kept> = new Map();
  #last: object | undefined;
  #used = 0;

  /** What is kept under `key`, or else what `make` answers, which takes about `bytes` of memory. */
  get<Value>(key: object, make: () => { readonly value: Value; readonly bytes: number }): Value {
    const known = this.#kept.get(key);
    if (known !== undefined) {
      if (key !== this.#last) this.#keep(key, known);
      return known.value as Value;
    }
    const made = make();
    this.#used += made.bytes;
    this.#keep(key, made);
    for (const [eldest, { bytes }] of this.#kept) {
      if (this.#used <= keptBytes || this.#kept.size <= keptAlways) break;
      this.#kept.delete(eldest);
      this.#used -= bytes;
    }
    return made.value;
  }

  clear(): void {
    this.#kept.clear();
    this.#used = 0;
  }

  #keep(key: object, kept: Kept): void {
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    this.#last = key;
  }
}
