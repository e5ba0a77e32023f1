import { crc32 } from 'node:zlib';
import { MalformedError } from './malformed-error.ts';
import { readUint64, writeUint64 } from './uint64.ts';

/*
 * A sealed segment: all lines of some segments in one long array of rows, sorted by stream (in the order of UTF-8 bytes)
 * and by number. Numbers are little-endian.
 *
 *    | header | block | block | … | page | page | … | footer | trailer |
 *    | 64     |       |       |   |      |      |   |        | 32      |
 *
 * header   as that of a segment of frames (`segment-header.ts`), with the magic STEPWSEA
 * block    content and columns of neighbouring rows, of one stream or of several: `sealed-block-header.ts`
 * page     a part of the directory, which says what rows each stream has: `sealed-directory.ts`
 * footer   where blocks and pages are, and totals: `sealed-footer.ts`
 *
 * Nothing stands between them, so that every byte of the file is part of one, and under its checksum. All checksums start
 * from the salt of the header.
 */
export const sealedMagic: Buffer = Buffer.from('STEPWSEA', 'latin1');
export const sealedVersion = 1;

/*
 * trailer
 *
 *    0               8              16        20      24      32
 *    | footer offset | footer bytes | segment | crc32 | magic |
 *    | u64           | u64          | u32     | u32   | 8     |
 *
 * crc32   over bytes 0 to 19
 * magic   STEPWEND
 */
export const trailerBytes = 32;
const trailerMagic = Buffer.from('STEPWEND', 'latin1');

export interface Trailer {
  readonly footerOffset: number;
  /** The piece, its header included. */
  readonly footerBytes: number;
  readonly segment: number;
}

export function encodeTrailer({ footerOffset, footerBytes, segment }: Trailer, salt: number): Buffer {
  const bytes = Buffer.alloc(trailerBytes);
  writeUint64(bytes, footerOffset, 0);
  writeUint64(bytes, footerBytes, 8);
  bytes.writeUInt32LE(segment, 16);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 20), salt), 20);
  trailerMagic.copy(bytes, 24);
  return bytes;
}

/** @throws MalformedError */
export function decodeTrailer(bytes: Buffer, salt: number): Trailer {
  if (bytes.length !== trailerBytes || !bytes.subarray(24).equals(trailerMagic))
    throw new MalformedError('the trailer is not there');
  if (crc32(bytes.subarray(0, 20), salt) !== bytes.readUInt32LE(20))
    throw new MalformedError('the checksum of the trailer does not match');
  return {
    footerOffset: readUint64(bytes, 0),
    footerBytes: readUint64(bytes, 8),
    segment: bytes.readUInt32LE(16),
  };
}
