import { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';
import type { PruneSummary } from './frame-summary.ts';

/*
 * The columns of a frame of kind 3 begin with what its commit pruned; then those of a frame of kind 1 follow.
 *
 *    count of prunes, then for each of them: name length | name (UTF-8) | number of the last line that is pruned
 *
 * The numbers are those that the ops came to when they were committed: none is beyond the end of its stream.
 */
export function writePrunes(writer: ByteWriter, prunes: readonly PruneSummary[]): void {
  writer.varint(prunes.length);
  for (const { name, through } of prunes) {
    writer.varint(Buffer.byteLength(name));
    writer.utf8(name);
    writer.varint(through);
  }
}

/** The prunes, and the columns that follow them. @throws MalformedError */
export function readPrunes(columns: Buffer): {
  readonly prunes: readonly PruneSummary[];
  readonly rest: Buffer;
} {
  const reader = new ByteReader(columns);
  const prunes: PruneSummary[] = [];
  for (let count = reader.count(); count > 0; count--)
    prunes.push({ name: reader.utf8(), through: reader.varint() });
  return { prunes, rest: columns.subarray(reader.position) };
}
