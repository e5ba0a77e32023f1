import { type FindBytes, findBytesOf } from './byte-finder.ts';

/**
 * Finds the first of some texts in the content of frames and blocks. What it learnt of a content it remembers while it
 * is asked of that: however many streams share it, it is looked through about once.
 */
export class TextFinder {
  readonly #texts: readonly OneText[];

  /** `texts` are at least one, and none is empty. */
  constructor(texts: readonly string[], ignoreCase: boolean) {
    this.#texts = texts.map((text) => new OneText(findBytesOf(text, ignoreCase)));
  }

  /** Whether one of the texts is in there at all. */
  isIn(content: Buffer): boolean {
    return this.#texts.some((text) => text.first(content) < content.length);
  }

  /** Where the next of the texts begins, at or after `from`; the end of the content when none does. */
  next(content: Buffer, from: number): number {
    let place = content.length;
    for (const text of this.#texts) place = Math.min(place, text.next(content, from));
    return place;
  }
}

class OneText {
  readonly #find: FindBytes;
  #content: Buffer | undefined;
  /** The first place in the content. */
  #first = 0;
  /** From here up to `#found`, where the text is, it does not begin. */
  #from = 0;
  #found = 0;

  constructor(find: FindBytes) {
    this.#find = find;
  }

  first(content: Buffer): number {
    if (content !== this.#content) {
      this.#content = content;
      this.#first = this.#search(content, 0);
    }
    return this.#first;
  }

  next(content: Buffer, from: number): number {
    const first = this.first(content);
    if (from <= first) return first;
    return from >= this.#from && from <= this.#found ? this.#found : this.#search(content, from);
  }

  #search(content: Buffer, from: number): number {
    const found = this.#find(content, from);
    this.#from = from;
    this.#found = found < 0 ? content.length : found;
    return this.#found;
  }
}
