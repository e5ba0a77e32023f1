import { expect, test } from 'vitest';
import { nodeFileSystem } from '../file-system/node-file-system.ts';
import { below, seeded } from '../fixtures/random.ts';
import {
  type ModelStream,
  randomStreams,
  readAll,
  readStream,
  seal,
  sealedStore,
} from '../fixtures/sealed-model.ts';
import { tempDirectory } from '../fixtures/temp-directory.ts';
import type { Compression } from '../format/sealed-codec.ts';
import { compareUtf8 } from '../index/compare-utf8.ts';
import { SealedSegment } from './sealed-segment.ts';

function open(directory: string, bytes: number): SealedSegment {
  return SealedSegment.open(nodeFileSystem, directory, 7, sealedStore, bytes);
}

function sorted(streams: readonly ModelStream[]): ModelStream[] {
  return [...streams].sort((a, b) => compareUtf8(a.name, b.name));
}

const compressions: Compression[] = ['brotli', 'deflate', 'none'];

test.each(Array.from({ length: 16 }, (_, seed) => seed))(
  'what was sealed is read back, line by line and stream by stream (seed %i)',
  async (seed) => {
    const directory = tempDirectory();
    const streams = sorted(randomStreams(seed));
    const random = seeded(seed + 1000);
    const result = await seal(directory, streams, {
      compression: compressions[seed % 3] ?? 'none',
      blockBytes: [64, 1000, 5000, 128 * 1024][seed % 4] ?? 64,
      longest: () => 1 + below(random, 200),
    });
    const lines = streams.flatMap((stream) => stream.lines);
    const lastEpoch = lines.reduce((last, { epoch }) => Math.max(last, epoch), 0);
    expect(result).toMatchObject({ lines: lines.length, streams: streams.length, lastEpoch });
    const segment = open(directory, result.bytes);
    expect(readAll(segment)).toEqual(streams);
    expect(segment.totals).toMatchObject({
      lines: lines.length,
      streams: streams.length,
      bytes: lines.reduce((sum, { content }) => sum + content.length, 0),
      lastEpoch,
    });
    for (const stream of streams) {
      const found = segment.stream(stream.name);
      expect(found && readStream(found)).toEqual(stream);
      expect(found).toMatchObject({
        lines: stream.lines.length,
        first: stream.lines[0]?.number ?? stream.next,
        firstAt: stream.lines[0]?.at ?? null,
        lastAt: stream.lines.at(-1)?.at ?? null,
        bytes: stream.lines.reduce((sum, { content }) => sum + content.length, 0),
      });
    }
    for (const absent of ['', 'absent', 'step-', `${streams[0]?.name ?? ''}\u0000`, '\ud800'])
      expect(segment.stream(absent)).toBeUndefined();
    segment.close();
  },
);

test.each([1, 2, 3, 4])(
  'a part has lines whose numbers follow one another, within its times, and is found by any of them (seed %i)',
  async (seed) => {
    const directory = tempDirectory();
    const streams = randomStreams(seed);
    const { bytes } = await seal(directory, streams, { blockBytes: 700 });
    const segment = open(directory, bytes);
    for (const { name, lines } of streams) {
      const stream = segment.stream(name);
      if (stream === undefined) throw new Error(`${name} is missing`);
      let line = 0;
      for (let i = 0; i < stream.parts; i++) {
        const part = stream.part(i);
        expect(part.first).toBe(lines[line]?.number);
        expect(part.count).toBeGreaterThan(0);
        for (let n = 0; n < part.count; n++) {
          const { number = 0, at = 0 } = lines[line + n] ?? {};
          expect(number).toBe(part.first + n);
          expect(at >= part.minAt && at <= part.maxAt).toBe(true);
          expect(stream.partOf(number)).toBe(i);
        }
        // A number that is missing leads to the part behind it.
        expect(stream.partOf(part.first - 1)).toBe(lines[line - 1]?.number === part.first - 1 ? i - 1 : i);
        line += part.count;
      }
      expect(line).toBe(lines.length);
      expect(stream.partOf((lines.at(-1)?.number ?? 0) + 1)).toBe(stream.parts);
      expect(() => stream.runs(stream.parts)).toThrow(RangeError);
    }
    segment.close();
  },
);

test('a segment without streams, and one whose streams have no lines, are segments', async () => {
  const directory = tempDirectory();
  const empty = await seal(directory, []);
  const none = open(directory, empty.bytes);
  expect([none.stream('a'), readAll(none), none.lastEpoch]).toEqual([undefined, [], 0]);
  none.close();
  const pruned = { name: 'a', lines: [], next: 10, lost: [{ from: 2, to: 3 }], prunedThrough: 9 };
  const { bytes } = await seal(directory, [pruned], { id: 8 });
  const segment = SealedSegment.open(nodeFileSystem, directory, 8, sealedStore, bytes);
  expect(readAll(segment)).toEqual([pruned]);
  expect(segment.stream('a')).toMatchObject({ parts: 0, first: 10, lines: 0, firstAt: null, lastAt: null });
  expect(segment.stream('a')?.partOf(1)).toBe(0);
  segment.close();
});
