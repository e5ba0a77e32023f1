import { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';
import { MalformedError } from './malformed-error.ts';
import { segmentHeaderBytes } from './segment-header.ts';
import { writeSigned } from './write-signed.ts';

/*
 * The pieces of an index; all are varints but where ± says that there is a sign, and u32 four bytes.
 *
 *    frames   each: 2 · length, plus 1 where it does not follow the frame before it at once; then by how many bytes it does
 *             not | epoch, as distance from the one before, the first from 0 | frame crc, u32
 *    parts    each: frame, as distance from that of the part before, the first from 0 | first line, as distance from the end of the
 *             part before, the first from 0 | lines | ± earliest time, from that of the part before, the first from 0 |
 *             latest time, from the earliest | last time, from the earliest | content bytes
 *
 * The first frame follows the header of the segment. A part is what a frame has of the stream. What does not follow at
 * once follows an index that a roll left which did not come to its end.
 */

/** Offset, length, epoch and checksum of each frame; `cells` begin with those of the first. */
export const frameCells = 4;
/** Frame, first, count, minAt, maxAt, lastAt, and content bytes up to and including the part. */
export const partCells = 7;

/** Writes frames `from` to `to`. */
export function writeFramePlaces(
  writer: ByteWriter,
  cells: readonly number[],
  from: number,
  to: number,
): void {
  const sum = Buffer.alloc(4);
  for (let cell = from * frameCells; cell < to * frameCells; cell += frameCells) {
    const isFirst = cell === 0;
    const end = isFirst ? segmentHeaderBytes : at(cells, cell - 4) + at(cells, cell - 3);
    const gap = at(cells, cell) - end;
    writer.varint(2 * at(cells, cell + 1) + (gap > 0 ? 1 : 0));
    if (gap > 0) writer.varint(gap);
    writer.varint(at(cells, cell + 2) - (isFirst ? 0 : at(cells, cell - 2)));
    sum.writeUInt32LE(at(cells, cell + 3));
    writer.raw(sum);
  }
}

/** @throws MalformedError when they are not `count` frames that end at or before `end` */
export function readFramePlaces(bytes: Buffer, count: number, end: number): number[] {
  const reader = new ByteReader(bytes);
  const cells: number[] = [];
  let offset = segmentHeaderBytes;
  let epoch = 0;
  // A wrong count runs past the end of the piece before it takes memory.
  for (let i = 0; i < count; i++) {
    const head = reader.varint();
    if (head % 2 === 1) offset += reader.varint();
    const length = Math.floor(head / 2);
    epoch += reader.varint();
    cells.push(offset, length, epoch, reader.raw(4).readUInt32LE());
    offset += length;
  }
  reader.end();
  if (offset > end) throw new MalformedError('the frames run into the index');
  return cells;
}

/** Writes parts `from` to `to`. */
export function writeParts(writer: ByteWriter, cells: readonly number[], from: number, to: number): void {
  for (let cell = from * partCells; cell < to * partCells; cell += partCells) {
    const before = cell - partCells;
    const minAt = at(cells, cell + 3);
    writer.varint(at(cells, cell) - at(cells, before));
    writer.varint(at(cells, cell + 1) - at(cells, before + 1) - at(cells, before + 2));
    writer.varint(at(cells, cell + 2));
    writeSigned(writer, minAt - at(cells, before + 3));
    writer.varint(at(cells, cell + 4) - minAt);
    writer.varint(at(cells, cell + 5) - minAt);
    writer.varint(at(cells, cell + 6) - at(cells, before + 6));
  }
}

/** @throws MalformedError when they are not `count` parts of a segment of `frames` frames */
export function readParts(bytes: Buffer, count: number, frames: number): number[] {
  const reader = new ByteReader(bytes);
  const cells: number[] = [];
  let frame = 0;
  let next = 0;
  let minAt = 0;
  let content = 0;
  for (let i = 0; i < count; i++) {
    frame += reader.varint();
    const first = next + reader.varint();
    const lines = reader.varint();
    minAt += reader.signed();
    const maxAt = minAt + reader.varint();
    const lastAt = minAt + reader.varint();
    content += reader.varint();
    cells.push(frame, first, lines, minAt, maxAt, lastAt, content);
    next = first + lines;
  }
  reader.end();
  if (count > 0 && frame >= frames) throw new MalformedError('a part names a frame that is not there');
  return cells;
}

/** 0 in front of the first. */
function at(cells: readonly number[], cell: number): number {
  return cell < 0 ? 0 : (cells[cell] ?? 0);
}
