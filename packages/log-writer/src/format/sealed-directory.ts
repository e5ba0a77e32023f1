import { isUtf8 } from 'node:buffer';
import { compareUtf8 } from '../index/compare-utf8.ts';
import { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';
import { MalformedError } from './malformed-error.ts';
import { readSpans, type Span, writeSpans } from './sealed-columns.ts';

/*
 * A page of the directory: some streams in the order of their names, as UTF-8 bytes. Numbers are varints.
 *
 *    row of the first line of the first stream | count of streams, then for each:
 *       name length | name (UTF-8) | next number | pruned through | rows
 *       | spans: count, then for each: number of its first line, as distance from the end of the span before | lines
 *       | with rows only: content bytes | earliest time, then latest, first and last time as distances from it
 *       | lost: count, then for each: first number, as distance from the last of the one before | numbers
 *
 * Rows follow one another from stream to stream. Lines that are pruned may still have rows.
 */

/** Numbers of lines, both ends included. */
export interface NumberRange {
  readonly from: number;
  readonly to: number;
}

/** What the directory says of one stream. Times are milliseconds since the Unix epoch. */
export interface DirectoryEntry {
  readonly name: string;
  readonly firstRow: number;
  readonly rows: number;
  /** Numbers of its lines, in order. */
  readonly spans: readonly Span[];
  /** The number of the line that comes next in the stream, at the end of what was sealed. */
  readonly next: number;
  readonly prunedThrough: number;
  /** S2: numbers that a power cut took. */
  readonly lost: readonly NumberRange[];
  /** Of content. */
  readonly bytes: number;
  /** Of the first and the last line, the earliest and the latest; 0 without lines. */
  readonly firstAt: number;
  readonly lastAt: number;
  readonly minAt: number;
  readonly maxAt: number;
}

/** Writes an entry; the caller puts rows and count before the first. */
export function writeEntry(writer: ByteWriter, entry: DirectoryEntry): void {
  writer.varint(Buffer.byteLength(entry.name));
  writer.utf8(entry.name);
  writer.varint(entry.next);
  writer.varint(entry.prunedThrough);
  writer.varint(entry.rows);
  writeSpans(writer, entry.spans);
  if (entry.rows > 0) {
    writer.varint(entry.bytes);
    writer.varint(entry.minAt);
    writer.varint(entry.maxAt - entry.minAt);
    writer.varint(entry.firstAt - entry.minAt);
    writer.varint(entry.lastAt - entry.minAt);
  }
  writer.varint(entry.lost.length);
  let end = 0;
  for (const { from, to } of entry.lost) {
    writer.varint(from - end);
    writer.varint(to - from + 1);
    end = to;
  }
}

/** The entries of a page. @throws MalformedError */
export function readPage(page: Buffer): DirectoryEntry[] {
  const reader = new ByteReader(page);
  const entries: DirectoryEntry[] = [];
  let row = reader.varint();
  let before: string | undefined;
  for (let left = reader.count(); left > 0; left--) {
    const entry = readEntry(reader, row);
    if (before !== undefined && compareUtf8(before, entry.name) >= 0)
      throw new MalformedError('streams are not in the order of their names');
    entries.push(entry);
    before = entry.name;
    row += entry.rows;
  }
  reader.end();
  return entries;
}

function readEntry(reader: ByteReader, firstRow: number): DirectoryEntry {
  const name = readName(reader);
  const next = reader.varint();
  const prunedThrough = reader.varint();
  const rows = reader.varint();
  const spans = readSpans(reader, rows);
  const bytes = rows > 0 ? reader.varint() : 0;
  const minAt = rows > 0 ? reader.varint() : 0;
  const [maxAt = 0, firstAt = 0, lastAt = 0] = rows > 0 ? distances(reader, minAt) : [];
  const lost: NumberRange[] = [];
  let end = 0;
  for (let left = reader.count(); left > 0; left--) {
    const gap = reader.varint();
    const count = reader.varint();
    const from = end + gap;
    end = from + count - 1;
    if (gap === 0 || count === 0 || end >= next) throw new MalformedError('a lost range makes no sense');
    lost.push({ from, to: end });
  }
  const last = spans.at(-1);
  const behind = last === undefined ? 1 : last.from + last.count;
  if (next < behind || prunedThrough >= next) throw new MalformedError('the next number makes no sense');
  return { name, firstRow, rows, spans, next, prunedThrough, lost, bytes, minAt, maxAt, firstAt, lastAt };
}

/** A name, which is written nowhere but as the UTF-8 it is compared as. @throws MalformedError */
export function readName(reader: ByteReader): string {
  const bytes = reader.raw(reader.varint());
  if (!isUtf8(bytes)) throw new MalformedError('a name is no UTF-8');
  return bytes.toString('utf8');
}

/** The latest, the first and the last time. */
function distances(reader: ByteReader, minAt: number): [number, number, number] {
  const maxAt = minAt + reader.varint();
  const firstAt = minAt + reader.varint();
  const lastAt = minAt + reader.varint();
  if (!Number.isSafeInteger(maxAt) || firstAt > maxAt || lastAt > maxAt)
    throw new MalformedError('times make no sense');
  return [maxAt, firstAt, lastAt];
}
