import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { toArray } from '@stepwell/core';
import { expect, test } from 'vitest';
import { nodeFileSystem } from '../file-system/node-file-system.ts';
import { FaultyFileSystem } from '../fixtures/faulty-file-system.ts';
import { flipBit } from '../fixtures/files.ts';
import { below, seeded } from '../fixtures/random.ts';
import { sealLog } from '../fixtures/seal-log.ts';
import { tempDirectory } from '../fixtures/temp-directory.ts';
import { TestLog } from '../fixtures/test-log.ts';
import { type Compression, pack, unpack, unpackElsewhere } from '../format/sealed-codec.ts';
import { SealedSegment } from '../sealed/sealed-segment.ts';
import { ManifestFile } from '../segment/manifest-file.ts';
import type { FrozenStream } from './frozen-stream.ts';
import { withAhead } from './parts-ahead.ts';

const lines = 200;

/** One sealed segment of a stream, in many compressed blocks, and an empty one behind it. Every line has `common`. */
async function manyBlocks() {
  const directory = tempDirectory();
  const log = await TestLog.open(directory, { segmentBytes: 4096 });
  const text = Array.from({ length: lines }, (_, i) => `${i + 1} common ${'.'.repeat(200)}`);
  await log.append('a', ...text);
  await log.append('b', 'rolled');
  await log.close();
  expect(await sealLog(directory)).toBe(1);
  const path = readdirSync(directory).find((name) => name.endsWith('.sealed')) ?? '';
  return { directory, path: join(directory, path) };
}

/** Where the blocks are, and how many lines are before each. */
function blocksOf(directory: string): { readonly offset: number; readonly firstRow: number }[] {
  const manifest = new ManifestFile(nodeFileSystem, directory).read();
  const entry = manifest?.segments[0];
  if (manifest === undefined || entry === undefined) throw new Error('there is no log');
  const segment = SealedSegment.open(nodeFileSystem, directory, entry.id, manifest.store, entry.bytes);
  try {
    return Array.from({ length: segment.pieces.blocks }, (_, block) => ({
      offset: segment.offsetOf(block),
      firstRow: segment.rowsOf(block).firstRow,
    }));
  } finally {
    segment.close();
  }
}

/** Everything that comes before the error. */
async function untilError<Item>(items: AsyncIterable<Item>): Promise<{ seen: Item[]; error: unknown }> {
  const seen: Item[] = [];
  try {
    for await (const item of items) seen.push(item);
    return { seen, error: undefined };
  } catch (error) {
    return { seen, error };
  }
}

test.each([
  [3, 90],
  [4, 30],
  [5, 90],
  [9, 30],
])(
  'SD-60: a damaged block is CORRUPT when it is its turn, not when it is read ahead (block %i, byte %i)',
  async (damaged, byte) => {
    const { directory, path } = await manyBlocks();
    const { offset, firstRow } = blocksOf(directory)[damaged] ?? { offset: 0, firstRow: 0 };
    expect(firstRow).toBeGreaterThan(0);
    writeFileSync(path, flipBit(readFileSync(path), (offset + byte) * 8));
    const log = await TestLog.open(directory, { mode: 'read' });
    const refused = { code: 'CORRUPT', details: { file: path, offset } };
    await log.withView(async (view) => {
      const read = await untilError(view.lines('a'));
      expect(read.seen.length).toBe(firstRow);
      expect(read.error).toMatchObject(refused);
      const found = await untilError(view.search('common'));
      expect(found.seen.length).toBe(firstRow);
      expect(found.error).toMatchObject(refused);
      // Who finds enough before it never learns of it.
      expect(await toArray(view.search('common', { limit: firstRow }))).toHaveLength(firstRow);
      expect((await untilError(view.counts('common'))).error).toMatchObject(refused);
      const backward = await untilError(view.lines('a', { reverse: true }));
      expect(backward.seen.at(-1)?.number).toBe((blocksOf(directory)[damaged + 1]?.firstRow ?? 0) + 1);
      expect(backward.error).toMatchObject(refused);
    });
  },
);

test('S10: few blocks are read before their turn, and none once nobody asks for more', async () => {
  const { directory } = await manyBlocks();
  expect(blocksOf(directory).length).toBeGreaterThan(20);
  const disk = new FaultyFileSystem();
  const log = await TestLog.open(directory, { mode: 'read', fileSystem: disk.fileSystem });
  await log.withView(async (view) => {
    await toArray(view.streams());
    disk.calls.length = 0;
    const reads = () => disk.calls.filter((call) => call === 'pread').length;
    for await (const { line } of view.search('common')) {
      expect(line.number).toBe(1);
      expect(reads()).toBeLessThanOrEqual(4);
      break;
    }
    const after = reads();
    await setTimeout(20);
    expect(reads()).toBe(after);
  });
});

test.each(['lines', 'search', 'counts'] as const)(
  'S4: a view that expires or closes while blocks are under way lets nothing through: %s',
  async (what) => {
    const { directory } = await manyBlocks();
    const log = await TestLog.open(directory, { mode: 'read' });
    for (const [end, code] of [
      ['expire', 'SNAPSHOT_EXPIRED'],
      ['release', 'SNAPSHOT_CLOSED'],
    ] as const) {
      const pin = await log.driver.pin();
      const items: AsyncIterable<unknown> =
        what === 'lines' ? pin.view.lines('a') : pin.view[what](`${lines} common`);
      const running = items[Symbol.asyncIterator]();
      if (what === 'lines') await running.next();
      const pull = running.next();
      const ended = pin[end]();
      // What was at hand when it was asked for may be given out.
      if (what !== 'lines') await expect(pull).rejects.toMatchObject({ code });
      await pull.catch(() => {});
      await ended;
      for (let again = 0; again < 3; again++) await expect(running.next()).rejects.toMatchObject({ code });
      await pin.release();
    }
  },
);

test('S11: a log that is closed while blocks are under way ends the search', async () => {
  const { directory } = await manyBlocks();
  const log = await TestLog.open(directory, { mode: 'read' });
  const { view } = await log.driver.pin();
  const found = toArray(view.search(`${lines} common`));
  await log.close();
  await expect(found).rejects.toMatchObject({ code: 'SNAPSHOT_CLOSED' });
});

test.each(['brotli', 'deflate', 'none'] as Compression[])(
  'what another thread decompresses is the same, and nothing where it cannot be (%s)',
  async (compression) => {
    const random = seeded(7);
    const raw = Buffer.from(Array.from({ length: 20_000 }, () => 97 + below(random, 5)));
    const packed = pack(raw, compression);
    const elsewhere = await unpackElsewhere(packed, raw.length);
    // What is not compressed is at hand.
    expect(elsewhere).toEqual(compression === 'none' ? undefined : unpack(packed, raw.length));
    const damaged = { ...packed, stored: packed.stored.subarray(0, packed.stored.length - 9) };
    expect(await unpackElsewhere(damaged, raw.length)).toBeUndefined();
    expect(await unpackElsewhere(packed, raw.length - 1)).toBeUndefined();
    expect(await unpackElsewhere(packed, raw.length + 1)).toBeUndefined();
  },
);

test('S10: however many parts share a block, and however few, three blocks are under way', () => {
  let begun = 0;
  const blockOf = (part: number) => (part < 300 ? 0 : part < 400 ? 1 : part - 398);
  const promises = new Map<number, Promise<void>>();
  const stream = {
    ahead: (part: number) => {
      begun = Math.max(begun, blockOf(part));
      const known = promises.get(blockOf(part)) ?? Promise.resolve();
      promises.set(blockOf(part), known);
      return known;
    },
  } as unknown as FrozenStream;
  const parts = Array.from({ length: 450 }, (_, part) => ({ stream, part }));
  const seen: number[] = [];
  for (const next of withAhead(parts)) {
    seen.push(next?.part ?? -1);
    expect(begun - blockOf(next?.part ?? 0)).toBeLessThanOrEqual(3);
  }
  expect(seen).toEqual(parts.map(({ part }) => part));
});
