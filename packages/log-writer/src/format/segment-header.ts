import { crc32 } from 'node:zlib';
import { readUint64, writeUint64 } from './uint64.ts';

/*
 * A segment begins with 64 bytes; frames follow. Numbers are little-endian.
 *
 *    0        8         12        16        32     36   40           48       60      64
 *    | magic  | version | segment | store   | salt | 0  | created at | 0 …    | crc32 |
 *    | 8      | u32     | u32     | 16      | u32  | 4  | u64        | 12     | u32   |
 *
 * magic       STEPWLOG; STEPWSEA where it is sealed, see `sealed-format.ts`
 * store       the UUID of the store, as in the manifest: a segment of another store is found out
 * salt        random; the checksums of the frames start from it. Blocks of a deleted segment that a power cut brings
 *             back under this one, or a segment that somebody logs as text, thus never pass for frames.
 * created at  milliseconds since the Unix epoch, for people
 * crc32       over bytes 0 to 59. Magic, version and crc32 stay where they are in every version to come.
 */
export const segmentHeaderBytes = 64;
export const segmentVersion = 1;

/** What a segment of frames begins with. */
const framesMagic = Buffer.from('STEPWLOG', 'latin1');

export interface SegmentHeader {
  readonly version: number;
  readonly segment: number;
  /** A UUID. */
  readonly store: string;
  readonly salt: number;
  readonly createdAt: number;
}

export function encodeSegmentHeader(header: SegmentHeader, magic: Buffer = framesMagic): Buffer {
  const bytes = Buffer.alloc(segmentHeaderBytes);
  magic.copy(bytes, 0);
  bytes.writeUInt32LE(header.version, 8);
  bytes.writeUInt32LE(header.segment, 12);
  bytes.write(header.store.replaceAll('-', ''), 16, 'hex');
  bytes.writeUInt32LE(header.salt, 32);
  writeUint64(bytes, header.createdAt, 40);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 60)), 60);
  return bytes;
}

/** `undefined` when it is none, or damaged. */
export function decodeSegmentHeader(bytes: Buffer, magic: Buffer = framesMagic): SegmentHeader | undefined {
  if (bytes.length < segmentHeaderBytes || !bytes.subarray(0, 8).equals(magic)) return undefined;
  if (crc32(bytes.subarray(0, 60)) !== bytes.readUInt32LE(60)) return undefined;
  const hex = bytes.toString('hex', 16, 32);
  return {
    version: bytes.readUInt32LE(8),
    segment: bytes.readUInt32LE(12),
    store: [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-'),
    salt: bytes.readUInt32LE(32),
    createdAt: readUint64(bytes, 40),
  };
}
