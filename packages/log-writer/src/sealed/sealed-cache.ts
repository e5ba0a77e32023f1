/** What segments keep beyond one call when nobody says how much. */
const defaultBytes = 2 * 1024 * 1024;

let owners = 0;

/** A number for everybody who shares a cache. */
export function newOwner(): number {
  owners += 1;
  return owners;
}

/** Blocks and pages that were read last, up to a number of bytes (S10). Several segments may share one. */
export class SealedCache {
  readonly #bytes: number;
  /** The least recently used first. */
  readonly #kept: Map<string, { readonly value: unknown; readonly bytes: number }> = new Map();
  #used = 0;

  constructor(bytes: number = defaultBytes) {
    this.#bytes = bytes;
  }

  /** What is kept under `key`, or else what `make` answers, which takes about `bytes` of memory. */
  get<Value>(key: string, make: () => { readonly value: Value; readonly bytes: number }): Value {
    const known = this.#kept.get(key);
    if (known !== undefined) {
      this.#kept.delete(key);
      this.#kept.set(key, known);
      return known.value as Value;
    }
    const made = make();
    // What alone takes half of it would drive out everything else, for one reader.
    if (made.bytes <= this.#bytes / 2) {
      this.#kept.set(key, made);
      this.#used += made.bytes;
      for (const [oldest, { bytes }] of this.#kept) {
        if (this.#used <= this.#bytes) break;
        this.#kept.delete(oldest);
        this.#used -= bytes;
      }
    }
    return made.value;
  }

  /** Forgets everything of one owner: keys begin with its number and a colon. */
  forget(owner: number): void {
    for (const [key, { bytes }] of this.#kept) {
      if (!key.startsWith(`${owner}:`)) continue;
      this.#kept.delete(key);
      this.#used -= bytes;
    }
  }
}
