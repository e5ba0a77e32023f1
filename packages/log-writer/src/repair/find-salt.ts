import { crc32 } from 'node:zlib';
import { frameHeaderBytes, frameMagic } from '../format/frame-header.ts';
import { blockHeaderBytes } from '../format/sealed-block-header.ts';
import { segmentHeaderBytes } from '../format/segment-header.ts';
import type { SegmentKind } from '../format/segment-name.ts';
import { readUint64 } from '../format/uint64.ts';
import type { RawFile } from './raw-file.ts';
import { startOfCrc32 } from './start-of-crc32.ts';

const blockMagic = Buffer.from('SWBL', 'latin1');

/**
 * The salt of a segment whose header is damaged, from the checksum of its first frame or block that is whole; `undefined`
 * when there is none. What passes for one stands where it says, in the segment that it says, and matches two checksums.
 */
export function findSalt(file: RawFile, kind: SegmentKind, id: number): number | undefined {
  const magic = kind === 'frames' ? frameMagic : blockMagic;
  const saltOf = kind === 'frames' ? saltOfFrame : saltOfBlock;
  let at = file.find([magic], segmentHeaderBytes);
  while (at < file.size) {
    const salt = saltOf(file, at, id);
    if (salt !== undefined) return salt;
    at = file.find([magic], at + 1);
  }
  return undefined;
}

function saltOfFrame(file: RawFile, at: number, id: number): number | undefined {
  const header = file.read(at, frameHeaderBytes);
  if (header.length < frameHeaderBytes) return undefined;
  const rest = readUint64(header, 40) + readUint64(header, 48);
  if (header.readUInt32LE(8) !== id || readUint64(header, 16) !== at) return undefined;
  if (!(at + frameHeaderBytes + rest <= file.size)) return undefined;
  const crc = header.readUInt32LE(4);
  if (crc32(file.read(at + frameHeaderBytes, rest), crc) !== header.readUInt32LE(56)) return undefined;
  return startOfCrc32(header.subarray(8, 56), crc);
}

function saltOfBlock(file: RawFile, at: number, id: number): number | undefined {
  const header = file.read(at, blockHeaderBytes);
  if (header.length < blockHeaderBytes) return undefined;
  const content = readUint64(header, 40);
  if (header.readUInt32LE(8) !== id || readUint64(header, 16) !== at) return undefined;
  if (!(at + blockHeaderBytes + content <= file.size)) return undefined;
  const salt = startOfCrc32(header.subarray(8), header.readUInt32LE(4));
  const stored = file.read(at + blockHeaderBytes, content);
  return crc32(stored, salt) === header.readUInt32LE(72) ? salt : undefined;
}
