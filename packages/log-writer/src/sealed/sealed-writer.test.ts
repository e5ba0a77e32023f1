import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { nodeFileSystem } from '../file-system/node-file-system.ts';
import { FaultyFileSystem } from '../fixtures/faulty-file-system.ts';
import { randomStreams, readAll, runOf, seal, sealedStore, smallStreams } from '../fixtures/sealed-model.ts';
import { tempDirectory } from '../fixtures/temp-directory.ts';
import { sealedPath } from './sealed-path.ts';
import { SealedSegment } from './sealed-segment.ts';
import { SealedWriter } from './sealed-writer.ts';

const options = { blockBytes: 70, salt: 1 };

test('a disk that takes less than it is given at a time gets all of it in the end', async () => {
  const whole = tempDirectory();
  await seal(whole, smallStreams, options);
  const disk = new FaultyFileSystem();
  const directory = tempDirectory();
  const pwrite = disk.fileSystem.pwrite;
  const fs = {
    ...disk.fileSystem,
    pwrite: (...[file, buffer, offset, length, position]: Parameters<typeof pwrite>) =>
      pwrite(file, buffer, offset, Math.min(length, 7), position),
  };
  await seal(directory, smallStreams, { ...options, fs });
  expect(readFileSync(sealedPath(directory, 7)).equals(readFileSync(sealedPath(whole, 7)))).toBe(true);
});

test('S11: a failure at any call of the disk leaves typed, and no file once it is abandoned', async () => {
  const probe = new FaultyFileSystem();
  await seal(tempDirectory(), smallStreams, { ...options, fs: probe.fileSystem });
  const count = (call: string) => probe.calls.filter((made) => made === call).length;
  expect(count('pwrite')).toBe(6);
  for (const [call, errno, code] of [
    ['pwrite', 'ENOSPC', 'NO_SPACE'],
    ['pwrite', 'EIO', 'IO'],
    ['fsync', 'EIO', 'IO'],
    ['open', 'EMFILE', 'IO'],
  ] as const) {
    for (let before = 0; before < count(call); before++) {
      const disk = new FaultyFileSystem();
      disk.fail(call, ...Array.from({ length: before }, () => ''), errno);
      const directory = tempDirectory();
      await expect(seal(directory, smallStreams, { ...options, fs: disk.fileSystem })).rejects.toMatchObject({
        code,
      });
      expect(readdirSync(directory)).toEqual([]);
    }
  }
});

test('an id is not used twice', async () => {
  const directory = tempDirectory();
  await seal(directory, smallStreams, options);
  const before = readFileSync(sealedPath(directory, 7));
  await expect(seal(directory, [], options)).rejects.toMatchObject({ code: 'IO' });
  expect(readFileSync(sealedPath(directory, 7)).equals(before)).toBe(true);
});

test('what is synced before the end is in the file, and is no segment yet', async () => {
  const directory = tempDirectory();
  const disk = new FaultyFileSystem();
  const writer = SealedWriter.create(disk.fileSystem, directory, {
    id: 7,
    store: sealedStore,
    compression: 'none',
    ...options,
  });
  writer.beginStream('a');
  const lines = smallStreams[0]?.lines ?? [];
  for (const line of lines) writer.add(runOf([line]));
  await writer.sync();
  const bytes = readFileSync(sealedPath(directory, 7));
  expect([bytes.length, disk.calls.includes('fsync')]).toEqual([writer.written, true]);
  expect(bytes.includes('line 1')).toBe(true);
  expect(() => SealedSegment.open(nodeFileSystem, directory, 7, sealedStore, bytes.length)).toThrow(
    expect.objectContaining({ code: 'CORRUPT' }),
  );
  writer.abandon();
  expect(readdirSync(directory)).toEqual([]);
});

test('a line of many megabytes is a block by itself, and its neighbours do not have to be read with it', async () => {
  const directory = tempDirectory();
  const content = 'a long line '.repeat(700_000);
  const line = (number: number, text: string) => ({
    number,
    content: text,
    at: 5,
    flags: 16,
    epoch: 2,
    ordinal: number,
  });
  const lines = [line(1, 'before'), line(2, content), line(3, 'behind')];
  const stream = { name: 'a', lines, next: 4, lost: [], prunedThrough: 0 };
  const { bytes } = await seal(directory, [stream], { blockBytes: 1000 });
  const segment = SealedSegment.open(nodeFileSystem, directory, 7, sealedStore, bytes);
  const sealed = segment.stream('a');
  expect([0, 1, 2].map((part) => sealed?.part(part).count)).toEqual([1, 1, 1]);
  expect(sealed?.runs(2)[0]?.content.toString()).toBe('behind');
  expect(readAll(segment)).toEqual([stream]);
  segment.close();
});

test('streams, lines and ends out of order are refused', () => {
  const writer = SealedWriter.create(nodeFileSystem, tempDirectory(), {
    id: 7,
    store: sealedStore,
    compression: 'none',
  });
  const [line] = smallStreams[0]?.lines ?? [];
  const run = runOf(line === undefined ? [] : [line]);
  expect(() => writer.add(run)).toThrow('no stream');
  writer.beginStream('\uffff');
  writer.add(run);
  expect(() => writer.add(run)).toThrow('in the order of their numbers');
  expect(() => writer.beginStream('z')).toThrow('was not ended');
  expect(() => writer.endStream({ next: 1, lost: [], prunedThrough: 0 })).toThrow('above all there are');
  writer.endStream({ next: 2, lost: [], prunedThrough: 0 });
  expect(() => writer.beginStream('a')).toThrow('in the order of their names');
  writer.beginStream('\u{1f389}');
  writer.abandon();
});

test('opening reads header and trailer alone, an absent stream no directory, and a block once', async () => {
  const directory = tempDirectory();
  const streams = randomStreams(5).map((stream, i) => ({
    ...stream,
    name: `stream-${String(i).padStart(4, '0')}`,
  }));
  const { bytes } = await seal(directory, streams);
  const disk = new FaultyFileSystem();
  const segment = SealedSegment.open(disk.fileSystem, directory, 7, sealedStore, bytes);
  const reads = () => disk.calls.filter((call) => call === 'pread').length;
  expect(reads()).toBe(2);
  expect(segment.stream('aaa')).toBeUndefined();
  expect(reads()).toBe(3); // the footer
  const absent = Array.from({ length: 100 }, (_, i) => `stream-0000-${i}`);
  for (const name of absent) expect(segment.stream(name)).toBeUndefined();
  expect(reads()).toBeLessThanOrEqual(4);
  const longest = [...streams].sort((a, b) => b.lines.length - a.lines.length)[0];
  const stream = segment.stream(longest?.name ?? '');
  const before = reads();
  for (let times = 0; times < 3; times++) for (const run of stream?.runs(0) ?? []) void run.starts;
  expect(reads()).toBe(before + 1);
  segment.rest();
  for (const run of stream?.runs((stream?.parts ?? 1) - 1) ?? []) void run.content;
  segment.close();
  expect(() => segment.readBlock(0)).toThrow(expect.objectContaining({ code: 'NOT_OPEN' }));
});
