import { appendLines, type LogLevel, type LogSource } from '@stepwell/core';
import { expect, test } from 'vitest';
import { FrameIndex } from '../index/frame-index.ts';
import { encodeSegmentIndex } from '../index/write-segment-index.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { decodeFrameHeader, frameHeaderBytes, frameKinds, isIntact, sealFrame } from './frame-header.ts';
import { decodeFlags, encodeFlags } from './line-flags.ts';
import { LinesFrame } from './lines-frame.ts';
import { readLostColumns, writeLostColumns } from './lost-frame.ts';
import { MalformedError } from './malformed-error.ts';
import { readPrunes } from './prune-columns.ts';
import { decodeSegmentHeader, encodeSegmentHeader } from './segment-header.ts';
import { readUint64, writeUint64 } from './uint64.ts';
import { writeLinesFrame } from './write-lines-frame.ts';

const store = '0192f3a4-5b6c-7d8e-9f01-23456789abcd';

function frameOf(writer: ByteWriter): Buffer {
  writer.reset(frameHeaderBytes);
  const ops = [
    appendLines('a', [{ content: 'one', at: 1005, level: 'error', source: 'stderr' }]),
    appendLines('ü', [{ content: 'é', at: 1000, terminated: false }]),
    appendLines('a', [{ content: Uint8Array.of(255), at: 1200, level: 'debug', source: 'stdout' }]),
  ];
  const { contentBytes, columnsBytes } = writeLinesFrame(writer, ops, (stream) => (stream === 'a' ? 300 : 1));
  const header = {
    segment: 7,
    kind: frameKinds.lines,
    offset: 64,
    epoch: 9,
    synced: 64,
    contentBytes,
    columnsBytes,
  };
  sealFrame(writer.bytes, header, 0x12345678);
  return writer.bytes;
}

test('SD-45: the bytes of a segment header are these, for ever', () => {
  const header = { version: 1, segment: 7, store, salt: 0x12345678, createdAt: 1_700_000_000_000 };
  const bytes = encodeSegmentHeader(header);
  expect(bytes.toString('hex')).toBe(
    [
      '53544550574c4f47', // STEPWLOG
      '01000000',
      '07000000',
      '0192f3a45b6c7d8e9f0123456789abcd',
      '78563412',
      '00000000',
      '0068e5cf8b010000',
      '000000000000000000000000',
      bytes.toString('hex', 60),
    ].join(''),
  );
  expect(bytes.readUInt32LE(60)).toBe(0x17c70edd);
  expect(decodeSegmentHeader(bytes)).toEqual(header);
});

test('SD-45: the bytes of a frame of lines are these, for ever', () => {
  const frame = frameOf(new ByteWriter());
  const hex = frame.toString('hex');
  expect(hex.slice(0, 8)).toBe('53574652'); // SWFR
  expect(hex.slice(16, 112)).toBe(
    '0700000001000000' +
      '4000000000000000' +
      '0900000000000000' +
      '4000000000000000' +
      '0600000000000000' +
      '2a00000000000000',
  );
  expect(hex.slice(120)).toBe(
    [
      '6f6e65' + 'c3a9' + 'ff', // content
      'e807', // base time 1000
      '02', // streams
      '01' + '61' + 'ac02' + '02' + '04' + '05' + 'c801' + '05' + 'c801', // a: from line 300, 2 lines, 4 bytes, times
      '02' + 'c3bc' + '01' + '01' + '02' + '00' + '00' + '00' + '00', // ü: from line 1, 1 line, 2 bytes
      '03' + '0001' + '0101' + '0001', // runs
      '1b' + '01' + '14', // flags
      '03' + '02' + '01', // lengths
      '05' + '00' + 'c801', // times
    ].join(''),
  );
  expect([frame.readUInt32LE(4), frame.readUInt32LE(56)]).toEqual([0x0e02b95f, 0x79cfb125]);
});

test('a frame is intact under its own salt only', () => {
  const frame = frameOf(new ByteWriter());
  const header = decodeFrameHeader(frame, 0x12345678);
  expect(header).toMatchObject({ segment: 7, offset: 64, epoch: 9 });
  expect(header && isIntact(frame, header)).toBe(true);
  expect(decodeFrameHeader(frame, 0x12345679)).toBeUndefined();
});

test('SF-64: each level, source and end of a line has a byte of its own, and no other byte is taken', () => {
  const seen = new Set<number>();
  for (const level of ['debug', 'info', 'warning', 'error'] satisfies LogLevel[]) {
    for (const source of ['log', 'stdout', 'stderr'] satisfies LogSource[]) {
      for (const terminated of [true, false]) {
        const byte = encodeFlags({ level, source, terminated });
        expect(decodeFlags(byte)).toEqual({ level, source, terminated });
        seen.add(byte);
      }
    }
  }
  expect(seen.size).toBe(24);
  for (let byte = 0; byte < 256; byte++)
    if (!seen.has(byte)) expect(() => decodeFlags(byte)).toThrow(MalformedError);
});

test('SD-87: offsets and numbers beyond 4 GB keep every bit', () => {
  const buffer = Buffer.alloc(8);
  for (const value of [0, 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 40 + 12345, Number.MAX_SAFE_INTEGER]) {
    writeUint64(buffer, value, 0);
    expect(buffer.readBigUInt64LE()).toBe(BigInt(value));
    expect(readUint64(buffer, 0)).toBe(value);
    const writer = new ByteWriter();
    writer.reset(0);
    writer.varint(value);
    expect(new ByteReader(writer.bytes).varint()).toBe(value);
  }
  buffer.fill(0xff);
  expect(readUint64(buffer, 0)).toBeNaN();
});

test('columns that are cut anywhere, or hold any other byte anywhere, are malformed or say something, and never hang', () => {
  const frame = frameOf(new ByteWriter());
  const content = frame.subarray(frameHeaderBytes, frameHeaderBytes + 6);
  const columns = frame.subarray(frameHeaderBytes + 6);
  const decode = (bytes: Buffer) => {
    try {
      const lines = new LinesFrame(content, bytes);
      for (const flags of lines.flags) decodeFlags(flags);
      expect(lines.starts.length).toBe(lines.times.length + 1);
    } catch (error) {
      expect(error).toBeInstanceOf(MalformedError);
    }
  };
  for (let end = 0; end < columns.length; end++) decode(columns.subarray(0, end));
  for (let at = 0; at < columns.length; at++) {
    for (let byte = 0; byte < 256; byte++) {
      const changed = Buffer.from(columns);
      changed[at] = byte;
      decode(changed);
    }
  }
});

test('lost ranges come back as they were written', () => {
  const writer = new ByteWriter();
  writer.reset(0);
  const lost = [
    { name: 'a', from: 3, to: 3 },
    { name: 'ü 🎉', from: 1, to: 2 ** 40 },
  ];
  writeLostColumns(writer, lost);
  expect(readLostColumns(writer.bytes)).toEqual(lost);
});

test('prunes stand before the columns of lines, byte for byte', () => {
  const writer = new ByteWriter();
  writer.reset(0);
  const prunes = [
    { name: 'a', through: 300 },
    { name: 'ü', through: 1 },
  ];
  writeLinesFrame(writer, [], () => 1, prunes);
  expect(writer.bytes.toString('hex')).toBe('02' + '0161ac02' + '02c3bc01' + '000000');
  expect(readPrunes(writer.bytes)).toEqual({ prunes, rest: Buffer.from('000000', 'hex') });
});

test('SD-45: the bytes of an index are these, for ever', async () => {
  const index = new FrameIndex(7);
  const place = { segment: 7, offset: 64, length: 300, epoch: 9, crc: 0x11223344 };
  const a = {
    name: 'a',
    first: 300,
    count: 2,
    bytes: 4,
    minAt: 1000,
    maxAt: 1205,
    firstAt: 1005,
    lastAt: 1200,
  };
  index.addLines(place, [a], []);
  index.addLost({ ...place, offset: 400, length: 80, epoch: 9, crc: 5 }, [{ name: 'a', from: 302, to: 303 }]);
  const ü = { name: 'ü', first: 1, count: 1, bytes: 2, minAt: 990, maxAt: 990, firstAt: 990, lastAt: 990 };
  index.addLines({ ...place, offset: 480, length: 90, epoch: 11, crc: 6 }, [ü], [{ name: 'a', through: 1 }]);
  const { frame, summary } = await encodeSegmentIndex(index, { offset: 570, salt: 0x12345678, synced: 64 });
  expect(summary).toEqual({ index: 570, lastEpoch: 11, frames: 3, lines: 3, streams: 2, prunes: 1 });
  const header = decodeFrameHeader(frame, 0x12345678);
  expect(header).toMatchObject({ kind: 4, epoch: 11, synced: 64, offset: 570 });
  expect(frame.toString('hex', frameHeaderBytes)).toBe(
    [
      'd804' + '09' + '44332211', // frame 0: 300 bytes, epoch 9, its crc
      'a101' + '24' + '00' + '05000000', // frame 1: 80 bytes, 36 behind the one before; of the same epoch
      'b401' + '02' + '06000000',
      '00' + 'ac02' + '02' + 'd00f' + 'cd01' + 'c801' + '04', // a: in frame 0, from line 300, 2 lines, times, 4 bytes
      '02' + '01' + '01' + 'bc0f' + '00' + '00' + '02', // ü
      '36dd0a27' + '03000000' + '2f000000' + '491a0df7', // crc of head and filter, bytes of filter and directory, crc
      'cdeb02', // filter
      '03' + '03' + '16' + '4ba7e665', // 3 frames, 3 lines, the piece of frames
      '02' + '01' + '61' + 'b002' + '01' + '0b' + '6e988f07' + '04' + 'ed07' + '8603', // 2 streams; a: next 304, 1 part
      '01' + '01' + 'ae02' + '02' + '01' + '02' + '01', // lost in frame 1: from 302, 2; pruned in frame 2: 1
      '02' + 'c3bc' + '02' + '01' + '08' + '797d0680' + '02' + 'de07' + '00' + '00' + '00', // ü
    ].join(''),
  );
});
