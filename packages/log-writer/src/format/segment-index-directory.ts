import { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';
import { MalformedError } from './malformed-error.ts';
import { writeSigned } from './write-signed.ts';

/*
 * The directory of an index; all are varints but names, and where ± says that there is a sign and u32 four bytes:
 *
 *    frames | lines | bytes of the piece of frames | its crc, u32
 *    streams   count; each, in UTF-8 order of names:
 *              name length | name | next number, 0 for none | parts
 *              with parts only: bytes of its piece | its crc, u32 | content bytes | first time | ± last time, from the first
 *              lost     count; each: frame | first number | numbers
 *              prunes   count; each: frame | number of the last line
 *
 * Frames are counted from 0. The pieces follow one another in the content, that of the frames first.
 */
export interface IndexPiece {
  /** Within the content. */
  readonly offset: number;
  readonly bytes: number;
  readonly crc: number;
}

export interface StreamEntry {
  readonly name: string;
  readonly next: number | undefined;
  readonly parts: number;
  readonly piece: IndexPiece;
  readonly bytes: number;
  readonly firstAt: number | null;
  readonly lastAt: number | null;
  readonly lost: readonly { readonly frame: number; readonly from: number; readonly to: number }[];
  readonly prunes: readonly { readonly frame: number; readonly through: number }[];
}

export interface IndexDirectory {
  readonly frames: number;
  readonly lines: number;
  readonly framesPiece: IndexPiece;
  readonly streams: ReadonlyMap<string, StreamEntry>;
}

type DirectoryStart = Pick<IndexDirectory, 'frames' | 'lines' | 'framesPiece'>;

export function writeDirectoryStart(
  writer: ByteWriter,
  { frames, lines, framesPiece }: DirectoryStart,
  streams: number,
): void {
  writer.varint(frames);
  writer.varint(lines);
  writePiece(writer, framesPiece);
  writer.varint(streams);
}

export function writeStreamEntry(writer: ByteWriter, entry: StreamEntry): void {
  writer.varint(Buffer.byteLength(entry.name));
  writer.utf8(entry.name);
  writer.varint(entry.next ?? 0);
  writer.varint(entry.parts);
  if (entry.parts > 0) {
    const { firstAt, lastAt } = entry;
    writePiece(writer, entry.piece);
    writer.varint(entry.bytes);
    writer.varint(firstAt ?? 0);
    writeSigned(writer, (lastAt ?? 0) - (firstAt ?? 0));
  }
  writer.varint(entry.lost.length);
  for (const { frame, from, to } of entry.lost) {
    writer.varint(frame);
    writer.varint(from);
    writer.varint(to - from + 1);
  }
  writer.varint(entry.prunes.length);
  for (const { frame, through } of entry.prunes) {
    writer.varint(frame);
    writer.varint(through);
  }
}

/** @throws MalformedError when it is not one of so many bytes of content */
export function readIndexDirectory(bytes: Buffer, contentBytes: number): IndexDirectory {
  const reader = new ByteReader(bytes);
  const frames = reader.varint();
  const lines = reader.varint();
  const framesPiece = readPiece(reader, 0);
  let end = framesPiece.bytes;
  const streams = new Map<string, StreamEntry>();
  const count = reader.count();
  for (let i = 0; i < count; i++) {
    const entry = readStreamEntry(reader, end);
    end += entry.piece.bytes;
    streams.set(entry.name, entry);
  }
  reader.end();
  if (end !== contentBytes) throw new MalformedError('the pieces are not what the content holds');
  if (streams.size !== count) throw new MalformedError('a stream is there twice');
  return { frames, lines, framesPiece, streams };
}

function readStreamEntry(reader: ByteReader, offset: number): StreamEntry {
  const name = reader.utf8();
  const next = reader.varint() || undefined;
  const parts = reader.varint();
  let piece: IndexPiece = { offset, bytes: 0, crc: 0 };
  let bytes = 0;
  let firstAt: number | null = null;
  let lastAt: number | null = null;
  if (parts > 0) {
    piece = readPiece(reader, offset);
    bytes = reader.varint();
    firstAt = reader.varint();
    lastAt = firstAt + reader.signed();
  }
  const lost = Array.from({ length: reader.count() }, () => {
    const frame = reader.varint();
    const from = reader.varint();
    return { frame, from, to: from + reader.varint() - 1 };
  });
  const prunes = Array.from({ length: reader.count() }, () => {
    return { frame: reader.varint(), through: reader.varint() };
  });
  return { name, next, parts, piece, bytes, firstAt, lastAt, lost, prunes };
}

function writePiece(writer: ByteWriter, { bytes, crc }: IndexPiece): void {
  writer.varint(bytes);
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(crc);
  writer.raw(sum);
}

function readPiece(reader: ByteReader, offset: number): IndexPiece {
  return { offset, bytes: reader.varint(), crc: reader.raw(4).readUInt32LE() };
}
