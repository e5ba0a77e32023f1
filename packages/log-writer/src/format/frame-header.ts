import { crc32 } from 'node:zlib';
import { readUint64, writeUint64 } from './uint64.ts';

/*
 * A frame is what one group commit appends. Numbers are little-endian.
 *
 *    0       4            8         12     16       24      32       40              48              56          60
 *    | magic | header crc | segment | kind | offset | epoch | synced | content bytes | columns bytes | frame crc | content | columns |
 *    | u32   | u32        | u32     | u32  | u64    | u64   | u64    | u64           | u64           | u32       |
 *
 * magic       SWFR, to find the next frame behind a damaged one
 * header crc  crc32 over bytes 8 to 55, starting from the salt of the segment: so far the length can be trusted
 * kind        1 lines, 2 lost, 3 prunes and lines, 4 index
 * offset      where the frame stands in its segment: a copy of it inside the content of another is no frame
 * epoch       the commit that wrote it
 * synced      so many bytes of the segment were known to be on the device when the frame was written: the durable mark.
 *             An invalid frame below the mark of a later one is damage, never the trace of a power cut.
 * frame crc   the header crc, continued over content and columns
 *
 * The content stands before the columns because the lengths of lines are known only once they are UTF-8.
 */
export const frameHeaderBytes = 60;

export const frameMagic: Buffer = Buffer.from('SWFR', 'latin1');
const magicNumber = frameMagic.readUInt32LE(0);

export const frameKinds = { lines: 1, lost: 2, prunes: 3, index: 4 } as const;

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

/** The first 32 bytes of a frame, but for its checksum: what is known of it before its sizes are. */
export function prepareFrame(header: Pick<FrameHeader, 'segment' | 'kind' | 'offset' | 'epoch'>): Buffer {
  const bytes = Buffer.alloc(32);
  writeStart(bytes, header);
  return bytes;
}

function writeStart(frame: Buffer, header: Pick<FrameHeader, 'segment' | 'kind' | 'offset' | 'epoch'>): void {
  frame.writeUInt32LE(magicNumber, 0);
  frame.writeUInt32LE(header.segment, 8);
  frame.writeUInt32LE(header.kind, 12);
  writeUint64(frame, header.offset, 16);
  writeUint64(frame, header.epoch, 24);
}

/** Completes a frame whose content and columns are in place, and answers its checksum. */
export function sealFrame(frame: Buffer, header: Omit<FrameHeader, 'crc'>, salt: number): number {
  writeStart(frame, header);
  writeUint64(frame, header.synced, 32);
  writeUint64(frame, header.contentBytes, 40);
  writeUint64(frame, header.columnsBytes, 48);
  const headerCrc = crc32(frame.subarray(8, 56), salt);
  const crc = crc32(frame.subarray(frameHeaderBytes), headerCrc);
  frame.writeUInt32LE(headerCrc, 4);
  frame.writeUInt32LE(crc, 56);
  return crc;
}

/** The header that `bytes` begin with; `undefined` when they begin with none, or with a damaged one. */
export function decodeFrameHeader(bytes: Buffer, salt: number): FrameHeader | undefined {
  if (bytes.length < frameHeaderBytes || bytes.readUInt32LE(0) !== magicNumber) return undefined;
  if (crc32(bytes.subarray(8, 56), salt) !== bytes.readUInt32LE(4)) return undefined;
  return {
    segment: bytes.readUInt32LE(8),
    kind: bytes.readUInt32LE(12),
    offset: readUint64(bytes, 16),
    epoch: readUint64(bytes, 24),
    synced: readUint64(bytes, 32),
    contentBytes: readUint64(bytes, 40),
    columnsBytes: readUint64(bytes, 48),
    crc: bytes.readUInt32LE(56),
  };
}

/** Whether what follows the header of `frame` is what was written. */
export function isIntact(frame: Buffer, header: FrameHeader): boolean {
  return crc32(frame.subarray(frameHeaderBytes), frame.readUInt32LE(4)) === header.crc;
}
