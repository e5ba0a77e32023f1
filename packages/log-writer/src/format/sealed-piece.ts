import { crc32 } from 'node:zlib';
import { MalformedError } from './malformed-error.ts';
import { type Compression, pack, unpack } from './sealed-codec.ts';
import { readUint64, writeUint64 } from './uint64.ts';

/*
 * What pages and the footer of a sealed segment are wrapped in.
 *
 *    0       4       8         12      13    16       24       28    32
 *    | magic | crc32 | segment | codec | 0 … | offset | stored | raw | stored bytes |
 *    | u32   | u32   | u32     | u8    | 3   | u64    | u32    | u32 |
 *
 * magic    SWDP a page of the directory, SWFT the footer
 * crc32    over byte 8 to the end of the stored bytes, starting from the salt
 * segment  the id of the segment
 * codec    0 none, 1 raw deflate, 2 brotli
 * offset   where the piece stands in the file
 * stored   how many bytes follow
 * raw      how many they are when decompressed
 */
export const pieceHeaderBytes = 32;

export const pieceMagics: Readonly<Record<'page' | 'footer', number>> = {
  page: Buffer.from('SWDP', 'latin1').readUInt32LE(0),
  footer: Buffer.from('SWFT', 'latin1').readUInt32LE(0),
};

/** Where a piece or a block belongs: one that stands elsewhere is damage. */
export interface Place {
  readonly segment: number;
  readonly offset: number;
  readonly salt: number;
}

export function encodePiece(magic: number, place: Place, raw: Buffer, compression: Compression): Buffer {
  const { codec, stored } = pack(raw, compression);
  const bytes = Buffer.alloc(pieceHeaderBytes + stored.length);
  bytes.writeUInt32LE(magic, 0);
  bytes.writeUInt32LE(place.segment, 8);
  bytes.writeUInt8(codec, 12);
  writeUint64(bytes, place.offset, 16);
  bytes.writeUInt32LE(stored.length, 24);
  bytes.writeUInt32LE(raw.length, 28);
  stored.copy(bytes, pieceHeaderBytes);
  bytes.writeUInt32LE(crc32(bytes.subarray(8), place.salt), 4);
  return bytes;
}

/** What the piece holds that `bytes` are, all of them. @throws MalformedError */
export function decodePiece(magic: number, place: Place, bytes: Buffer): Buffer {
  if (bytes.length < pieceHeaderBytes || bytes.readUInt32LE(0) !== magic)
    throw new MalformedError('it does not begin as it must');
  if (crc32(bytes.subarray(8), place.salt) !== bytes.readUInt32LE(4))
    throw new MalformedError('the checksum does not match');
  if (bytes.readUInt32LE(8) !== place.segment || readUint64(bytes, 16) !== place.offset)
    throw new MalformedError('it belongs elsewhere');
  const stored = bytes.subarray(pieceHeaderBytes);
  if (stored.length !== bytes.readUInt32LE(24)) throw new MalformedError('it is of another length');
  return unpack({ codec: bytes.readUInt8(12), stored }, bytes.readUInt32LE(28));
}
