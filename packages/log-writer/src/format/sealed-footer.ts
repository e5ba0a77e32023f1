import type { Epoch } from '@stepwell/core';
import { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';
import { MalformedError } from './malformed-error.ts';
import { readName } from './sealed-directory.ts';
import { segmentHeaderBytes } from './segment-header.ts';
import { writeSigned } from './write-signed.ts';

/*
 * The footer of a sealed segment: where everything is. Numbers are varints, those marked ± have a sign.
 *
 *    totals   lines | content bytes | streams | first epoch | last epoch (both 0 without lines)
 *    blocks   count; then of all of them: bytes in the file; then rows; then the earliest time, as ± distance from that of
 *             the block before; then the latest, as distance from the earliest
 *    pages    count; each: bytes in the file | name length | name of its first stream
 *    last     with streams only: name length | name of the last stream
 *    filter   bytes | a Bloom filter of the names: see `name-filter.ts`
 *
 * The first block stands behind the header, each block behind the one before it, the first page behind the last block,
 * each page behind the one before it, and the footer behind the last page.
 */

/** What a sealed segment holds, in all. */
export interface SealedTotals {
  readonly lines: number;
  /** Of content. */
  readonly bytes: number;
  readonly streams: number;
  /** 0 without lines. */
  readonly firstEpoch: Epoch;
  readonly lastEpoch: Epoch;
}

/** Side by side in arrays: a segment of a gigabyte has tens of thousands of blocks. */
export interface BlockTable {
  /** Where each block stands; one more than there are blocks, for the end of the last. */
  readonly offsets: Float64Array;
  /** How many rows are before each block; one more, for all. */
  readonly firstRows: Float64Array;
  readonly minAt: Float64Array;
  readonly maxAt: Float64Array;
}

export interface PageIndex {
  /** Where each page stands; one more than there are pages. */
  readonly offsets: Float64Array;
  readonly firstNames: readonly string[];
}

export interface SealedFooter {
  readonly totals: SealedTotals;
  readonly blocks: BlockTable;
  readonly pages: PageIndex;
  /** `undefined` without streams. */
  readonly lastName: string | undefined;
  readonly filter: Buffer;
}

export interface WrittenBlock {
  readonly bytes: number;
  readonly rows: number;
  readonly minAt: number;
  readonly maxAt: number;
}

export interface WrittenPage {
  readonly bytes: number;
  readonly firstName: string;
}

export function writeFooter(
  writer: ByteWriter,
  totals: SealedTotals,
  blocks: readonly WrittenBlock[],
  pages: readonly WrittenPage[],
  lastName: string | undefined,
  filter: Buffer,
): void {
  writer.varint(totals.lines);
  writer.varint(totals.bytes);
  writer.varint(totals.streams);
  writer.varint(totals.firstEpoch);
  writer.varint(totals.lastEpoch);
  writer.varint(blocks.length);
  for (const { bytes } of blocks) writer.varint(bytes);
  for (const { rows } of blocks) writer.varint(rows);
  let before = 0;
  for (const { minAt } of blocks) {
    writeSigned(writer, minAt - before);
    before = minAt;
  }
  for (const { minAt, maxAt } of blocks) writer.varint(maxAt - minAt);
  writer.varint(pages.length);
  for (const { bytes, firstName } of pages) {
    writer.varint(bytes);
    writeName(writer, firstName);
  }
  if (lastName !== undefined) writeName(writer, lastName);
  writer.varint(filter.length);
  writer.raw(filter);
}

function writeName(writer: ByteWriter, name: string): void {
  writer.varint(Buffer.byteLength(name));
  writer.utf8(name);
}

/** @throws MalformedError */
export function readFooter(footer: Buffer): SealedFooter {
  const reader = new ByteReader(footer);
  const totals = {
    lines: reader.varint(),
    bytes: reader.varint(),
    streams: reader.varint(),
    firstEpoch: reader.varint(),
    lastEpoch: reader.varint(),
  };
  const blocks = readBlocks(reader);
  const count = blocks.minAt.length;
  const pages = readPages(reader, blocks.offsets[count] ?? 0);
  const lastName = pages.firstNames.length > 0 ? readName(reader) : undefined;
  const filter = reader.raw(reader.varint());
  reader.end();
  if (blocks.firstRows[count] !== totals.lines)
    throw new MalformedError('blocks and totals disagree about the number of lines');
  return { totals, blocks, pages, lastName, filter };
}

function readBlocks(reader: ByteReader): BlockTable {
  const count = reader.count();
  const offsets = places(reader, count, segmentHeaderBytes);
  const firstRows = places(reader, count, 0);
  const minAt = new Float64Array(count);
  const maxAt = new Float64Array(count);
  let at = 0;
  for (let block = 0; block < count; block++) {
    at += reader.signed();
    minAt[block] = at;
  }
  for (let block = 0; block < count; block++) maxAt[block] = (minAt[block] ?? 0) + reader.varint();
  return { offsets, firstRows, minAt, maxAt };
}

function readPages(reader: ByteReader, start: number): PageIndex {
  const count = reader.count();
  const offsets = new Float64Array(count + 1);
  const firstNames: string[] = [];
  let end = start;
  offsets[0] = end;
  for (let page = 1; page <= count; page++) {
    end += something(reader);
    offsets[page] = end;
    firstNames.push(readName(reader));
  }
  return { offsets, firstNames };
}

/** `count` lengths, none of them 0, as the places between them. */
function places(reader: ByteReader, count: number, start: number): Float64Array {
  const list = new Float64Array(count + 1);
  let end = start;
  list[0] = end;
  for (let i = 1; i <= count; i++) {
    end += something(reader);
    list[i] = end;
  }
  return list;
}

function something(reader: ByteReader): number {
  const length = reader.varint();
  if (length === 0) throw new MalformedError('a length is 0');
  return length;
}
