import { crc32 } from 'node:zlib';
import { MalformedError } from './malformed-error.ts';

/*
 * A complete frame segment ends with an index: a frame of kind 4, of the epoch of the last frame before it. The manifest
 * says where it stands. It is read piece by piece, so each piece has a crc32 of its own, started from the crc32 of bytes 8
 * to 31 of the frame's header (segment, kind, offset, epoch), that started from the salt.
 *
 *    content   | frames | parts of the first stream | parts of the second | …       see `segment-index-pieces.ts`
 *    columns   | head | filter | directory |                                       see `segment-index-directory.ts`
 *
 *    0            4              8                 12               16
 *    | head crc   | filter bytes | directory bytes | directory crc  | filter | directory |
 *    | u32        | u32          | u32             | u32            |        |           |
 *
 * head crc   over byte 4 to the end of the filter
 * filter     of the names of the streams, as in a sealed segment: see `name-filter.ts`
 */
export const indexHeadBytes = 16;

/** What the checksums of the pieces start from. `header` is that of the frame, complete up to the epoch. */
export function indexSeed(header: Buffer, salt: number): number {
  return crc32(header.subarray(8, 32), salt);
}

export interface IndexHead {
  readonly filterBytes: number;
  readonly directoryBytes: number;
  readonly directoryCrc: number;
}

/** Head and filter. */
export function encodeIndexHead(filter: Buffer, directory: Buffer, seed: number): Buffer {
  const bytes = Buffer.alloc(indexHeadBytes + filter.length);
  bytes.writeUInt32LE(filter.length, 4);
  bytes.writeUInt32LE(directory.length, 8);
  bytes.writeUInt32LE(crc32(directory, seed), 12);
  filter.copy(bytes, indexHeadBytes);
  bytes.writeUInt32LE(crc32(bytes.subarray(4), seed), 0);
  return bytes;
}

/** The sizes that a head of so many bytes of columns tells. @throws MalformedError when they are not all of them */
export function decodeIndexHead(head: Buffer, columnsBytes: number): IndexHead {
  if (head.length < indexHeadBytes) throw new MalformedError('the head of the index is cut off');
  const filterBytes = head.readUInt32LE(4);
  const directoryBytes = head.readUInt32LE(8);
  if (indexHeadBytes + filterBytes + directoryBytes !== columnsBytes)
    throw new MalformedError('filter and directory are not what the columns hold');
  return { filterBytes, directoryBytes, directoryCrc: head.readUInt32LE(12) };
}

/** @throws MalformedError when head and filter are not what was written */
export function checkIndexHead(bytes: Buffer, seed: number): void {
  if (crc32(bytes.subarray(4), seed) !== bytes.readUInt32LE(0))
    throw new MalformedError('the checksum of head and filter does not match');
}
