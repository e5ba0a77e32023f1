import { crc32 } from 'node:zlib';
import { MalformedError } from './malformed-error.ts';
import { isPlausible, type Packed, unpack, unpackElsewhere } from './sealed-codec.ts';
import type { Place } from './sealed-piece.ts';
import { readUint64, writeUint64 } from './uint64.ts';

/*
 * A block of a sealed segment: neighbouring rows.
 *
 *    0       4            8         12        13        14  16       24          32     40               48
 *    | magic | header crc | segment | content | columns | 0 | offset | first row | rows | content stored | content raw |
 *    | u32   | u32        | u32     | u8      | u8      | 2 | u64    | u64       | u64  | u64            | u64         |
 *
 *    56               64            72            76            80
 *    | columns stored | columns raw | content crc | columns crc | content | columns |
 *    | u64            | u64         | u32         | u32         |
 *
 * magic             SWBL, to find blocks where the footer is lost
 * header crc        crc32 over bytes 8 to 79, starting from the salt of the segment
 * content, columns  their codecs: 0 none, 1 raw deflate, 2 brotli
 * offset            where the block stands in the file
 * first row         how many rows are in the blocks before it
 * stored, raw       lengths as they are stored, and when decompressed
 * content crc …     over what is stored, starting from the salt
 *
 * Content, the bytes of all lines without line ends, and columns (`sealed-columns.ts`) are compressed and checked
 * separately: a search for a text need not look at the columns of a block without it.
 */
export const blockHeaderBytes = 80;

const blockMagic = Buffer.from('SWBL', 'latin1').readUInt32LE(0);

/** One of the two halves of a block, as it is stored. */
export interface Half {
  readonly codec: number;
  readonly storedBytes: number;
  readonly rawBytes: number;
  readonly crc: number;
}

export interface BlockHeader {
  readonly segment: number;
  readonly offset: number;
  readonly firstRow: number;
  readonly rows: number;
  readonly content: Half;
  readonly columns: Half;
}

/** A half that is to be written. */
export interface PackedHalf extends Packed {
  readonly rawBytes: number;
}

export function encodeBlock(
  place: Place,
  rows: { readonly firstRow: number; readonly rows: number },
  content: PackedHalf,
  columns: PackedHalf,
): Buffer {
  const bytes = Buffer.allocUnsafe(blockHeaderBytes + content.stored.length + columns.stored.length);
  bytes.writeUInt32LE(blockMagic, 0);
  bytes.writeUInt32LE(place.segment, 8);
  bytes.writeUInt8(content.codec, 12);
  bytes.writeUInt8(columns.codec, 13);
  bytes.writeUInt16LE(0, 14);
  writeUint64(bytes, place.offset, 16);
  writeUint64(bytes, rows.firstRow, 24);
  writeUint64(bytes, rows.rows, 32);
  writeUint64(bytes, content.stored.length, 40);
  writeUint64(bytes, content.rawBytes, 48);
  writeUint64(bytes, columns.stored.length, 56);
  writeUint64(bytes, columns.rawBytes, 64);
  bytes.writeUInt32LE(crc32(content.stored, place.salt), 72);
  bytes.writeUInt32LE(crc32(columns.stored, place.salt), 76);
  bytes.writeUInt32LE(crc32(bytes.subarray(8, blockHeaderBytes), place.salt), 4);
  content.stored.copy(bytes, blockHeaderBytes);
  columns.stored.copy(bytes, blockHeaderBytes + content.stored.length);
  return bytes;
}

/** The header that `bytes` begin with. @throws MalformedError */
export function decodeBlockHeader(bytes: Buffer, place: Place): BlockHeader {
  if (bytes.length < blockHeaderBytes || bytes.readUInt32LE(0) !== blockMagic)
    throw new MalformedError('it does not begin as a block');
  if (crc32(bytes.subarray(8, blockHeaderBytes), place.salt) !== bytes.readUInt32LE(4))
    throw new MalformedError('the checksum of its header does not match');
  const header = {
    segment: bytes.readUInt32LE(8),
    offset: readUint64(bytes, 16),
    firstRow: readUint64(bytes, 24),
    rows: readUint64(bytes, 32),
    content: {
      codec: bytes.readUInt8(12),
      storedBytes: readUint64(bytes, 40),
      rawBytes: readUint64(bytes, 48),
      crc: bytes.readUInt32LE(72),
    },
    columns: {
      codec: bytes.readUInt8(13),
      storedBytes: readUint64(bytes, 56),
      rawBytes: readUint64(bytes, 64),
      crc: bytes.readUInt32LE(76),
    },
  };
  if (header.segment !== place.segment || header.offset !== place.offset)
    throw new MalformedError('it belongs elsewhere');
  for (const half of [header.content, header.columns])
    if (!isPlausible(half.codec, half.storedBytes, half.rawBytes))
      throw new MalformedError('its lengths make no sense');
  return header;
}

/** How long a block is in the file. */
export function blockBytes({ content, columns }: BlockHeader): number {
  return blockHeaderBytes + content.storedBytes + columns.storedBytes;
}

/** What a half holds. @throws MalformedError */
export function openHalf(half: Half, stored: Buffer, salt: number): Buffer {
  if (crc32(stored, salt) !== half.crc) throw new MalformedError('the checksum does not match');
  return unpack({ codec: half.codec, stored }, half.rawBytes);
}

/** The same, decompressed in another thread; `undefined` where {@link openHalf} throws. */
export async function openHalfElsewhere(
  half: Half,
  stored: Buffer,
  salt: number,
): Promise<Buffer | undefined> {
  if (crc32(stored, salt) !== half.crc) return undefined;
  return await unpackElsewhere({ codec: half.codec, stored }, half.rawBytes);
}
