import { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';
import type { LostSummary } from './frame-summary.ts';

/*
 * The columns of a frame of kind 2, written by recovery; it has no content.
 *
 *    count of streams, then for each of them: name length | name (UTF-8) | first lost line | count of lost lines
 */
export function writeLostColumns(writer: ByteWriter, lost: readonly LostSummary[]): void {
  writer.varint(lost.length);
  for (const { name, from, to } of lost) {
    writer.varint(Buffer.byteLength(name));
    writer.utf8(name);
    writer.varint(from);
    writer.varint(to - from + 1);
  }
}

export function readLostColumns(columns: Buffer): LostSummary[] {
  const reader = new ByteReader(columns);
  const lost: LostSummary[] = [];
  for (let count = reader.count(); count > 0; count--) {
    const name = reader.utf8();
    const from = reader.varint();
    lost.push({ name, from, to: from + reader.varint() - 1 });
  }
  return lost;
}
