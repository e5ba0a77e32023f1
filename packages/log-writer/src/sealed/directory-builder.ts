import { ByteWriter } from '../format/byte-writer.ts';
import { hashName } from '../format/name-filter.ts';
import { type DirectoryEntry, writeEntry } from '../format/sealed-directory.ts';

/** A page is full when it has so many bytes, before they are compressed. */
const pageBytes = 16 * 1024;

/** A page that is complete but for its wrapping: where it stands is known only behind the last block. */
export interface BuiltPage {
  readonly firstName: string;
  readonly raw: Buffer;
}

/** Collects the directory of a sealed segment, page by page. */
export class DirectoryBuilder {
  readonly pages: BuiltPage[] = [];
  /** Of all names, for the filter. */
  readonly hashes: number[] = [];
  lastName: string | undefined;
  readonly #entries: ByteWriter = new ByteWriter();
  #first: DirectoryEntry | undefined;
  #count = 0;

  constructor() {
    this.#entries.reset(0);
  }

  add(entry: DirectoryEntry): void {
    this.#first ??= entry;
    this.#count += 1;
    this.lastName = entry.name;
    this.hashes.push(hashName(entry.name));
    writeEntry(this.#entries, entry);
    if (this.#entries.length >= pageBytes) this.finish();
  }

  /** Completes the page that is being filled. */
  finish(): void {
    if (this.#first === undefined) return;
    const page = new ByteWriter();
    page.reset(0);
    page.varint(this.#first.firstRow);
    page.varint(this.#count);
    page.raw(this.#entries.bytes);
    this.pages.push({ firstName: this.#first.name, raw: Buffer.from(page.bytes) });
    this.#entries.reset(0);
    this.#first = undefined;
    this.#count = 0;
  }
}
