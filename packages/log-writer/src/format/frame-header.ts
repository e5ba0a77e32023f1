import { crc32 } from 'node:zlib';
import { readUint64, writeUint64 } from './uint64.ts';

/*
 * A frame is what one group commit appends. Numbers are little-endian.
 *
 *    0       4       8         12     13    16       24      32       40              48               56
 *    | magic | crc32 | segment | kind | 0 … | offset | epoch | synced | content bytes | columns bytes  | content | columns |
 *    | u32   | u32   | u32     | u8   | 3   | u64    | u64   | u64    | u64           | u64            |
 *
 * magic    SWFR, to find the next frame behind a damaged one
 * crc32    over byte 8 to the end of the frame, starting from the salt of the segment
 * kind     1 lines, 2 lost
 * offset   where the frame stands in its segment: a copy of it inside the content of another is no frame
 * epoch    the commit that wrote it
 * synced   so many bytes of the segment were known to be on the device when the frame was written: the durable mark.
 *          An invalid frame below the mark of a later one is damage, never the trace of a power cut.
 *
 * The content stands before the columns because the lengths of lines are known only once they are UTF-8.
 */
export const frameHeaderBytes = 56;

export const frameMagic: Buffer = Buffer.from('SWFR', 'latin1');
const magicNumber = frameMagic.readUInt32LE(0);

export const frameKinds = { lines: 1, lost: 2 } as const;

export interface FrameHeader {
  readonly crc: number;
  readonly segment: number;
  readonly kind: number;
  readonly offset: number;
  readonly epoch: number;
  readonly synced: number;
  readonly contentBytes: number;
  readonly columnsBytes: number;
}

export function frameBytes(header: FrameHeader): number {
  return frameHeaderBytes + header.contentBytes + header.columnsBytes;
}

/** Completes a frame whose content and columns are in place, and answers its checksum. */
export function sealFrame(frame: Buffer, header: Omit<FrameHeader, 'crc'>, salt: number): number {
  frame.writeUInt32LE(magicNumber, 0);
  frame.writeUInt32LE(header.segment, 8);
  frame.writeUInt32LE(header.kind, 12);
  writeUint64(frame, header.offset, 16);
  writeUint64(frame, header.epoch, 24);
  writeUint64(frame, header.synced, 32);
  writeUint64(frame, header.contentBytes, 40);
  writeUint64(frame, header.columnsBytes, 48);
  const crc = crc32(frame.subarray(8), salt);
  frame.writeUInt32LE(crc, 4);
  return crc;
}

/** What stands in a header, unchecked but for the magic; `undefined` without it. */
export function decodeFrameHeader(bytes: Buffer): FrameHeader | undefined {
  if (bytes.length < frameHeaderBytes || bytes.readUInt32LE(0) !== magicNumber) return undefined;
  return {
    crc: bytes.readUInt32LE(4),
    segment: bytes.readUInt32LE(8),
    kind: bytes.readUInt32LE(12),
    offset: readUint64(bytes, 16),
    epoch: readUint64(bytes, 24),
    synced: readUint64(bytes, 32),
    contentBytes: readUint64(bytes, 40),
    columnsBytes: readUint64(bytes, 48),
  };
}

/** Whether `frame`, from its magic to its end, is what was written. */
export function isIntact(frame: Buffer, header: FrameHeader, salt: number): boolean {
  return crc32(frame.subarray(8), salt) === header.crc;
}
