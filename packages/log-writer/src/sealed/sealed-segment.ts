import { type Epoch, StoreError } from '@stepwell/core';
import type { Descriptor, FileSystem } from '../file-system/file-system.ts';
import { MalformedError } from '../format/malformed-error.ts';
import { hashName, mayHave } from '../format/name-filter.ts';
import { blockBytes, blockHeaderBytes, decodeBlockHeader } from '../format/sealed-block-header.ts';
import { lastAtOrBefore } from '../format/sealed-columns.ts';
import { type DirectoryEntry, readPage } from '../format/sealed-directory.ts';
import { readFooter, type SealedFooter, type SealedTotals } from '../format/sealed-footer.ts';
import {
  decodeTrailer,
  sealedMagic,
  sealedVersion,
  type Trailer,
  trailerBytes,
} from '../format/sealed-format.ts';
import { decodePiece, type Place, pieceHeaderBytes, pieceMagics } from '../format/sealed-piece.ts';
import { decodeSegmentHeader, segmentHeaderBytes } from '../format/segment-header.ts';
import { compareUtf8 } from '../index/compare-utf8.ts';
import { corrupt } from '../segment/corrupt.ts';
import { attempt, openExisting, readFully } from '../segment/file-calls.ts';
import { SealedBlock } from './sealed-block.ts';
import { newOwner, SealedCache } from './sealed-cache.ts';
import { sealedPath } from './sealed-path.ts';
import { SealedStream } from './sealed-stream.ts';

/** A decoded page takes some times the memory of its bytes. */
const pageExpansion = 6;

/** S10: what a block takes, in the file or decompressed, if it is read before its turn. */
const mostAhead = 2 * 1024 * 1024;

/**
 * A sealed segment, open for reading. Opening reads header and trailer; the footer, pages of the directory and blocks are
 * read when they are asked for. Every failure leaves typed, damage with file and offset.
 */
export class SealedSegment {
  readonly id: number;
  readonly path: string;
  /** Of the file. */
  readonly bytes: number;
  readonly #fs: FileSystem;
  readonly #salt: number;
  readonly #trailer: Trailer;
  readonly #cache: SealedCache;
  readonly #owner: number = newOwner();
  #file: Descriptor | undefined;
  #footer: SealedFooter | undefined;
  #closed = false;

  private constructor(
    fs: FileSystem,
    path: string,
    file: Descriptor,
    bytes: number,
    known: { readonly id: number; readonly salt: number; readonly trailer: Trailer },
    cache: SealedCache,
  ) {
    this.#fs = fs;
    this.path = path;
    this.#file = file;
    this.bytes = bytes;
    this.id = known.id;
    this.#salt = known.salt;
    this.#trailer = known.trailer;
    this.#cache = cache;
  }

  /**
   * @param bytes - how long the manifest says that the file is
   * @param cache - for blocks and pages; one of its own, of 2 MiB, unless it is said
   * @throws `CORRUPT` when it is missing, damaged, of another length or of another store; `SCHEMA_TOO_NEW`; `IO`
   */
  static open(
    fs: FileSystem,
    directory: string,
    id: number,
    store: string,
    bytes: number,
    cache: SealedCache = new SealedCache(),
  ): SealedSegment {
    const path = sealedPath(directory, id);
    const file = openExisting(fs, path, 'read');
    try {
      const salt = checkHeader(path, readAt(fs, path, file, 0, segmentHeaderBytes), id, store);
      const size = attempt('cannot tell the size of', path, () => fs.size(file), true);
      if (size !== bytes || size < segmentHeaderBytes + trailerBytes)
        throw corrupt(path, Math.min(size, bytes), `${size} bytes where ${bytes} belong`);
      const trailer = readTrailer(fs, path, file, bytes, id, salt);
      return new SealedSegment(fs, path, file, bytes, { id, salt, trailer }, cache);
    } catch (error) {
      fs.close(file);
      throw error;
    }
  }

  get totals(): SealedTotals {
    return this.#foot().totals;
  }

  /** 0 without lines. */
  get lastEpoch(): Epoch {
    return this.totals.lastEpoch;
  }

  /** The stream called `name`; `undefined` when it is not in this segment. @throws `CORRUPT IO` */
  stream(name: string): SealedStream | undefined {
    const { pages, lastName } = this.#foot();
    const first = pages.firstNames[0];
    if (first === undefined || lastName === undefined) return undefined;
    if (compareUtf8(name, first) < 0 || compareUtf8(name, lastName) > 0) return undefined;
    if (!this.mayHave(hashName(name))) return undefined;
    const entries = this.page(lastPageAtOrBefore(pages.firstNames, name));
    const entry = entries[firstAtOrBehind(entries, name)];
    return entry?.name === name ? new SealedStream(this, entry) : undefined;
  }

  /** All of its streams in the order of their names, page by page. @throws `CORRUPT IO` */
  *streams(): Generator<SealedStream> {
    const pages = this.#foot().pages.firstNames.length;
    for (let page = 0; page < pages; page++)
      for (const entry of this.page(page)) yield new SealedStream(this, entry);
  }

  /** How many blocks and pages there are. */
  get pieces(): { readonly blocks: number; readonly pages: number } {
    const { blocks, pages } = this.#foot();
    return { blocks: blocks.minAt.length, pages: pages.firstNames.length };
  }

  /** The block that has `row`. */
  blockOf(row: number): number {
    const { firstRows, minAt } = this.#foot().blocks;
    return Math.min(lastAtOrBefore(firstRows, row), minAt.length - 1);
  }

  rowsOf(block: number): { readonly firstRow: number; readonly rows: number } {
    const { firstRows } = this.#foot().blocks;
    const firstRow = firstRows[block] ?? 0;
    return { firstRow, rows: (firstRows[block + 1] ?? 0) - firstRow };
  }

  timesOf(block: number): { readonly minAt: number; readonly maxAt: number } {
    const { minAt, maxAt } = this.#foot().blocks;
    return { minAt: minAt[block] ?? 0, maxAt: maxAt[block] ?? 0 };
  }

  /** @throws `CORRUPT IO` */
  block(block: number): SealedBlock {
    return this.#cache.get(`${this.#owner}:block:${block}`, () => {
      const value = this.readBlock(block);
      const { content, columns, rows } = value.header;
      return { value, bytes: content.storedBytes + content.rawBytes + 2 * columns.rawBytes + 16 * rows };
    });
  }

  /**
   * Reads a block and has its content decompressed by another thread. Resolves when that is done or failed: whoever asks
   * for the block is told. `undefined` when there is nothing to wait for.
   */
  ahead(block: number): Promise<void> | undefined {
    const { offsets } = this.#foot().blocks;
    // One huge line is read when it is its turn.
    if ((offsets[block + 1] ?? 0) - (offsets[block] ?? 0) > mostAhead) return undefined;
    const found = this.block(block);
    return found.header.content.rawBytes > mostAhead ? undefined : found.inflate();
  }

  /** What {@link block} answers, from the file itself. */
  readBlock(block: number): SealedBlock {
    const { offsets } = this.#foot().blocks;
    const offset = offsets[block] ?? 0;
    const bytes = this.#read(offset, (offsets[block + 1] ?? 0) - offset);
    const damaged = (what: string, cause?: unknown) => corrupt(this.path, offset, what, cause);
    const header = this.#decode('block', offset, () => {
      const found = decodeBlockHeader(bytes, this.#place(offset));
      const { firstRow, rows } = this.rowsOf(block);
      if (blockBytes(found) !== bytes.length || found.firstRow !== firstRow || found.rows !== rows)
        throw new MalformedError('the footer describes another one');
      return found;
    });
    const columnsAt = blockHeaderBytes + header.content.storedBytes;
    const content = bytes.subarray(blockHeaderBytes, columnsAt);
    return new SealedBlock(header, content, bytes.subarray(columnsAt), this.#salt, damaged);
  }

  /** Where a block stands, for messages. */
  offsetOf(block: number): number {
    return this.#foot().blocks.offsets[block] ?? 0;
  }

  /** @throws `CORRUPT IO` */
  page(page: number): readonly DirectoryEntry[] {
    return this.#cache.get(`${this.#owner}:page:${page}`, () => this.#readPage(page));
  }

  /** `false` when no stream here has a name of this hash. */
  mayHave(hash: number): boolean {
    return mayHave(this.#foot().filter, hash);
  }

  get footerOffset(): number {
    return this.#trailer.footerOffset;
  }

  /** Where a page stands, for messages. */
  pageOffsetOf(page: number): number {
    return this.#foot().pages.offsets[page] ?? 0;
  }

  /** Lets go of the descriptor: the next read opens the file again. What was cached is kept. */
  rest(): void {
    const file = this.#file;
    this.#file = undefined;
    if (file !== undefined) attempt('cannot close', this.path, () => this.#fs.close(file));
  }

  /** For good: who reads after it is told `NOT_OPEN`. */
  close(): void {
    this.#closed = true;
    this.#cache.forget(this.#owner);
    this.rest();
  }

  #foot(): SealedFooter {
    this.#footer ??= this.#readFooter();
    return this.#footer;
  }

  #readFooter(): SealedFooter {
    const { footerOffset, footerBytes } = this.#trailer;
    const bytes = this.#read(footerOffset, footerBytes);
    return this.#decode('footer', footerOffset, () => {
      const footer = readFooter(decodePiece(pieceMagics.footer, this.#place(footerOffset), bytes));
      if (footer.pages.offsets.at(-1) !== footerOffset)
        throw new MalformedError('blocks and pages do not fill the file');
      return footer;
    });
  }

  #readPage(page: number): { value: readonly DirectoryEntry[]; bytes: number } {
    const { pages, blocks, lastName } = this.#foot();
    const offset = pages.offsets[page] ?? 0;
    const bytes = this.#read(offset, (pages.offsets[page + 1] ?? 0) - offset);
    return this.#decode('page of the directory', offset, () => {
      const raw = decodePiece(pieceMagics.page, this.#place(offset), bytes);
      const value = readPage(raw);
      const last = value.at(-1);
      const end = (last?.firstRow ?? 0) + (last?.rows ?? 0);
      const following = pages.firstNames[page + 1];
      const inOrder =
        last !== undefined &&
        value[0]?.name === pages.firstNames[page] &&
        (following === undefined ? last.name === lastName : compareUtf8(last.name, following) < 0);
      if (!inOrder || end > (blocks.firstRows.at(-1) ?? 0))
        throw new MalformedError('the footer describes another one');
      return { value, bytes: raw.length * pageExpansion };
    });
  }

  #place(offset: number): Place {
    return { segment: this.id, offset, salt: this.#salt };
  }

  #decode<Result>(what: string, offset: number, decode: () => Result): Result {
    try {
      return decode();
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
      throw corrupt(this.path, offset, `the ${what} is damaged: ${error.message}`, error);
    }
  }

  #read(offset: number, length: number): Buffer {
    if (this.#closed) throw new StoreError('NOT_OPEN', `${this.path} was closed`);
    // What the footer and the trailer say is under checksums, and still not trusted with memory.
    if (!(offset >= segmentHeaderBytes && length >= 0 && offset + length <= this.bytes))
      throw corrupt(this.path, offset, 'a place beyond the end of the file is named');
    this.#file ??= openExisting(this.#fs, this.path, 'read');
    return readAt(this.#fs, this.path, this.#file, offset, length);
  }
}

function checkHeader(path: string, bytes: Buffer, id: number, store: string): number {
  const header = decodeSegmentHeader(bytes, sealedMagic);
  if (header === undefined) throw corrupt(path, 0, 'the header of the segment is damaged');
  if (header.version > sealedVersion) {
    throw new StoreError(
      'SCHEMA_TOO_NEW',
      `${path} is of version ${header.version}; this is ${sealedVersion}`,
      {
        details: { file: path, version: header.version },
      },
    );
  }
  if (header.segment !== id) throw corrupt(path, 12, `this is segment ${header.segment} under another name`);
  if (header.store !== store) throw corrupt(path, 16, `the segment belongs to the store ${header.store}`);
  return header.salt;
}

function readTrailer(
  fs: FileSystem,
  path: string,
  file: Descriptor,
  bytes: number,
  id: number,
  salt: number,
): Trailer {
  const at = bytes - trailerBytes;
  const stored = readAt(fs, path, file, at, trailerBytes);
  try {
    const trailer = decodeTrailer(stored, salt);
    const { footerOffset, footerBytes, segment } = trailer;
    const fits =
      footerOffset >= segmentHeaderBytes &&
      footerBytes >= pieceHeaderBytes &&
      footerOffset + footerBytes === at &&
      segment === id;
    if (!fits) throw new MalformedError('the trailer belongs to another file');
    return trailer;
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    throw corrupt(path, at, error.message, error);
  }
}

/** Exactly so many bytes. @throws `CORRUPT` where the file ends before */
function readAt(fs: FileSystem, path: string, file: Descriptor, offset: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(length);
  const filled = readFully(fs, path, file, bytes, offset);
  // A file that is shorter than a header is told by the header.
  if (filled < length && offset > 0) throw corrupt(path, offset + filled, 'the file ends here');
  return bytes.subarray(0, filled);
}

/** The page that has `name`, if any has. */
function lastPageAtOrBefore(firstNames: readonly string[], name: string): number {
  let low = 0;
  let high = firstNames.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (compareUtf8(firstNames[middle] ?? '', name) <= 0) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The first entry that is `name` or behind it. */
function firstAtOrBehind(entries: readonly DirectoryEntry[], name: string): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareUtf8(entries[middle]?.name ?? '', name) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
