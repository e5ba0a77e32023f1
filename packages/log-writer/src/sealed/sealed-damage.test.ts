import { readFileSync, unlinkSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { StoreError } from '@stepwell/core';
import { expect, test } from 'vitest';
import { nodeFileSystem } from '../file-system/node-file-system.ts';
import { bytesFileSystem } from '../fixtures/bytes-file-system.ts';
import { flipBit } from '../fixtures/files.ts';
import {
  type ModelStream,
  readAll,
  readStream,
  seal,
  sealedStore,
  smallStreams as streams,
} from '../fixtures/sealed-model.ts';
import { tempDirectory } from '../fixtures/temp-directory.ts';
import type { Compression } from '../format/sealed-codec.ts';
import { sealedPath } from './sealed-path.ts';
import { SealedSegment } from './sealed-segment.ts';
import { verifySealed } from './verify-sealed.ts';

async function smallFile(
  compression: Compression,
): Promise<{ bytes: Buffer; path: string; directory: string }> {
  const directory = tempDirectory();
  await seal(directory, streams, { compression, blockBytes: 70, salt: 0x12345678 });
  const path = sealedPath(directory, 7);
  return { bytes: readFileSync(path), path, directory };
}

function read(bytes: Buffer, directory: string, length: number = bytes.length): ModelStream[] {
  const segment = SealedSegment.open(bytesFileSystem(bytes), directory, 7, sealedStore, length);
  const found = readAll(segment);
  for (const { name } of streams) {
    const stream = segment.stream(name);
    if (stream !== undefined) readStream(stream);
  }
  segment.close();
  return found;
}

/** What `attempt` throws, which must be damage with its place. */
function damageIn(path: string, length: number, attempt: () => unknown): StoreError {
  let result: unknown;
  try {
    result = attempt();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    expect(error.code).toBe('CORRUPT');
    expect(error.details.file).toBe(path);
    expect(error.details.offset).toBeLessThanOrEqual(length);
    expect(error.details.offset).toBeGreaterThanOrEqual(0);
    return error;
  }
  throw new Error(`nothing was found wrong: ${JSON.stringify(result)}`);
}

function problemsOf(bytes: Buffer, directory: string, length: number = bytes.length): string[] {
  return [...verifySealed(bytesFileSystem(bytes), directory, 7, sealedStore, length)].flatMap((problem) =>
    problem === undefined ? [] : [`${problem.id} at ${problem.offset}`],
  );
}

test('what is sound has no problems, and each page and each block is a step of verify', async () => {
  const { bytes, directory } = await smallFile('brotli');
  expect(read(bytes, directory)).toEqual(streams);
  expect([...verifySealed(bytesFileSystem(bytes), directory, 7, sealedStore, bytes.length)]).toEqual(
    Array.from({ length: 4 }, () => undefined),
  );
});

test.each<Compression>(['brotli', 'deflate', 'none'])(
  'SF-50: each single bit of a sealed segment that is turned over is refused with file and offset, and found by verify (%s)',
  async (compression) => {
    const { bytes, path, directory } = await smallFile(compression);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = flipBit(bytes, bit);
      damageIn(path, bytes.length, () => read(flipped, directory));
      expect(problemsOf(flipped, directory)).not.toEqual([]);
    }
  },
);

test('SF-50: a sealed segment that is cut anywhere is refused, whatever length is expected of it', async () => {
  const { bytes, path, directory } = await smallFile('brotli');
  for (let end = 0; end < bytes.length; end++) {
    const cut = bytes.subarray(0, end);
    damageIn(path, bytes.length, () => read(cut, directory, bytes.length));
    damageIn(path, bytes.length, () => read(cut, directory, end));
    expect(problemsOf(cut, directory, bytes.length)).toHaveLength(1);
  }
  const longer = Buffer.concat([bytes, Buffer.from('more')]);
  damageIn(path, longer.length, () => read(longer, directory, bytes.length));
  damageIn(path, longer.length, () => read(longer, directory, longer.length));
});

test('SF-50: a damaged block leaves the others readable, and verify names each place', async () => {
  const { bytes, directory, path } = await smallFile('none');
  const content = bytes.indexOf('line 5');
  const page = bytes.indexOf('SWDP');
  const damaged = flipBit(flipBit(bytes, content * 8), (page + 5) * 8);
  expect(problemsOf(damaged, directory)).toEqual([
    `log.segment.damaged at ${page}`,
    `log.segment.damaged at ${bytes.indexOf('SWBL', 200)}`,
  ]);
  const segment = SealedSegment.open(
    bytesFileSystem(flipBit(bytes, content * 8)),
    directory,
    7,
    sealedStore,
    bytes.length,
  );
  const stream = segment.stream('a');
  const parts = Array.from({ length: stream?.parts ?? 0 }, (_, i) => i);
  const readable = parts.filter((part) => {
    const [run] = stream?.runs(part) ?? [];
    try {
      return run?.content !== undefined;
    } catch (error) {
      expect(error).toMatchObject({
        code: 'CORRUPT',
        details: { file: path, offset: bytes.indexOf('SWBL', 200) },
      });
      return false;
    }
  });
  expect([parts.length, readable.length]).toEqual([2, 1]);
});

test('a block in the place of another, or of another segment, is refused', async () => {
  const { bytes, path, directory } = await smallFile('none');
  const other = tempDirectory();
  await seal(other, streams, { id: 8, compression: 'none', blockBytes: 70, salt: 0x12345678 });
  const foreign = readFileSync(sealedPath(other, 8));
  const block = bytes.indexOf('SWBL');
  const mixed = Buffer.from(bytes);
  foreign.copy(mixed, block, block, bytes.indexOf('SWBL', block + 4));
  expect(damageIn(path, bytes.length, () => read(mixed, directory)).message).toMatch('it belongs elsewhere');
});

test('a segment that is missing, of another store, or under another name is CORRUPT; a newer one SCHEMA_TOO_NEW', async () => {
  const { bytes, path, directory } = await smallFile('brotli');
  const open = (id: number, store: string) =>
    SealedSegment.open(nodeFileSystem, directory, id, store, bytes.length);
  const fake = '00000000-5b6c-7d8e-9f01-23456789abcd';
  expect(damageIn(path, bytes.length, () => open(7, fake)).message).toMatch('belongs to the store');
  unlinkSync(path);
  expect(damageIn(path, bytes.length, () => open(7, sealedStore)).message).toMatch('is not there');
  const inMemory = (changed: Buffer, id: number) =>
    SealedSegment.open(bytesFileSystem(changed), directory, id, sealedStore, changed.length);
  expect(damageIn(sealedPath(directory, 9), bytes.length, () => inMemory(bytes, 9)).message).toMatch(
    'segment 7 under another name',
  );
  const newer = Buffer.from(bytes);
  newer.writeUInt32LE(2, 8);
  newer.writeUInt32LE(crc32(newer.subarray(0, 60)), 60);
  expect(() => inMemory(newer, 7)).toThrow(expect.objectContaining({ code: 'SCHEMA_TOO_NEW' }));
});

test('a directory or a footer that was made up never crashes, and verify tells what other lines it shows', async () => {
  const { bytes, directory } = await smallFile('none');
  let wrong = 0;
  for (const magic of ['SWDP', 'SWFT']) {
    const at = bytes.indexOf(magic);
    const end = at + 32 + bytes.readUInt32LE(at + 24);
    for (let place = at + 32; place < end; place++) {
      for (const change of [1, 2, 3, 4, 5, 6, 0x80]) {
        const forged = Buffer.from(bytes);
        forged[place] = (forged[place] ?? 0) ^ change;
        forged.writeUInt32LE(crc32(forged.subarray(at + 8, end), 0x12345678), at + 4);
        const found = linesIn(forged, directory);
        if (found === linesIn(bytes, directory)) continue;
        wrong += 1;
        expect(problemsOf(forged, directory)).not.toEqual([]);
      }
    }
  }
  expect(wrong).toBeGreaterThan(100);
});

/** The lines of all streams as text, or that they are damaged. */
function linesIn(bytes: Buffer, directory: string): string {
  try {
    return JSON.stringify(read(bytes, directory).map(({ name, lines }) => [name, lines]));
  } catch (error) {
    if (!(error instanceof StoreError && error.code === 'CORRUPT')) throw error;
    return 'damaged';
  }
}
