/** Finds where a sequence of bytes begins: the first place at or after `from`, or -1. */
export type FindBytes = (bytes: Buffer, from: number) => number;

/** How much of what is searched tells which of its letters are rare. */
const sampleBytes = 8 * 1024;

/** So many bytes stand between two that are rare. */
const rareEvery = 128;

/** The UTF-8 of `text`; letters of ASCII in both cases where `ignoreCase` says so. `text` must not be empty. */
export function findBytesOf(text: string, ignoreCase: boolean): FindBytes {
  const needle = Buffer.from(text, 'utf8');
  // Node looks for many bytes at once, which nothing here can match.
  if (!ignoreCase || !/[A-Za-z]/.test(text)) return (bytes, from) => bytes.indexOf(needle, from);
  return new FoldedFinder(needle).find;
}

/**
 * Folding a block before searching it costs more than searching it. So it is searched as it is: for the rarest letter of
 * the text, in both cases, as fast as Node finds a byte; or, where none is rare, by skipping as far as the last letter
 * of a window allows (Horspool's way, which needs no folded copy either).
 */
class FoldedFinder {
  readonly find: FindBytes = (bytes, from) => this.#find(bytes, from);
  readonly #needle: Uint8Array;
  /** How far to go on where the last byte of a window is this one; 0 where it is the last of the text. */
  readonly #skips: Int32Array = new Int32Array(256);
  /** The same, behind a window that was looked at in vain. */
  readonly #onward: number;
  /** The place in the text of a byte that is rare, or -1; not known before something long was searched. */
  #rare: number | undefined;

  constructor(needle: Buffer) {
    const last = needle.length - 1;
    this.#needle = Uint8Array.from(needle, (byte) => folded[byte] ?? 0);
    this.#skips.fill(needle.length);
    let onward = needle.length;
    for (const [place, byte] of this.#needle.entries()) {
      if (place < last && byte === this.#needle[last]) onward = last - place;
      for (let other = 0; other < 256; other++) if (folded[other] === byte) this.#skips[other] = last - place;
    }
    this.#onward = onward;
  }

  #find(bytes: Buffer, from: number): number {
    // What is short tells nothing of the rest, and is searched in no time.
    if (bytes.length < sampleBytes) return this.#skipThrough(bytes, from);
    this.#rare ??= this.#rarest(bytes);
    return this.#rare < 0 ? this.#skipThrough(bytes, from) : this.#findRare(bytes, from, this.#rare);
  }

  #isAt(bytes: Buffer, place: number): boolean {
    const needle = this.#needle;
    if (place < 0 || place + needle.length > bytes.length) return false;
    for (let i = 0; i < needle.length; i++) if (folded[bytes[place + i] ?? 0] !== needle[i]) return false;
    return true;
  }

  #findRare(bytes: Buffer, from: number, place: number): number {
    const byte = this.#needle[place] ?? 0;
    const end = bytes.length - this.#needle.length + place;
    let small = next(bytes, byte, from + place);
    let large = byte >= 0x61 && byte <= 0x7a ? next(bytes, byte - 0x20, from + place) : bytes.length;
    for (;;) {
      const found = Math.min(small, large);
      if (found > end) return -1;
      if (this.#isAt(bytes, found - place)) return found - place;
      if (found === small) small = next(bytes, byte, found + 1);
      else large = next(bytes, byte - 0x20, found + 1);
    }
  }

  #skipThrough(bytes: Buffer, from: number): number {
    const skips = this.#skips;
    const last = this.#needle.length - 1;
    const end = bytes.length;
    let at = from + last;
    for (;;) {
      while (at < end) {
        const skip = skips[bytes[at] ?? 0] ?? 0;
        if (skip === 0) break;
        at += skip;
      }
      if (at >= end) return -1;
      if (this.#isAt(bytes, at - last)) return at - last;
      at += this.#onward;
    }
  }

  /** Which byte of the text is rarest in a sample of what is searched, if one is rare. */
  #rarest(bytes: Buffer): number {
    const sample = bytes.subarray(0, sampleBytes);
    const counts = new Uint32Array(256);
    for (const byte of sample) {
      const letter = folded[byte] ?? 0;
      counts[letter] = (counts[letter] ?? 0) + 1;
    }
    let rarest = 0;
    for (const [place, byte] of this.#needle.entries())
      if ((counts[byte] ?? 0) < (counts[this.#needle[rarest] ?? 0] ?? 0)) rarest = place;
    return (counts[this.#needle[rarest] ?? 0] ?? 0) * rareEvery <= sample.length ? rarest : -1;
  }
}

/** Letters of ASCII as small ones, other bytes as they are. */
const folded: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte,
);

/** The next place of a byte; the end where there is none. */
function next(bytes: Buffer, byte: number, from: number): number {
  const found = bytes.indexOf(byte, from);
  return found < 0 ? bytes.length : found;
}
