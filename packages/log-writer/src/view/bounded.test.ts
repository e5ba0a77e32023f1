import { appendLines } from '@stepwell/core';
import { expect, test } from 'vitest';
import { FaultyFileSystem } from '../fixtures/faulty-file-system.ts';
import { tempDirectory } from '../fixtures/temp-directory.ts';
import { TestLog } from '../fixtures/test-log.ts';

/** A log of many small commits, and how often it was read from. */
async function manyFrames(frames: number) {
  const disk = new FaultyFileSystem();
  const log = await TestLog.open(tempDirectory(), { fileSystem: disk.fileSystem });
  for (let i = 0; i < frames; i++)
    await log.write([appendLines('a', [`a ${i}`]), appendLines('b', [`b ${i}`])]);
  // Held all the time, as by somebody who reads on and on: taking the lock of a pin looks at the manifest once more.
  await log.driver.pin();
  const reads = async (use: () => Promise<unknown>): Promise<number> => {
    disk.calls.length = 0;
    await use();
    // One is that of the manifest.
    return disk.calls.filter((call) => call === 'pread').length - 1;
  };
  return { log, reads };
}

test('SF-50, S10: a page out of the middle, and the last lines, cost a few reads, however many commits there are', async () => {
  const { log, reads } = await manyFrames(20_000);
  expect(await reads(async () => await log.read('a', { from: 10_000, to: 10_000 }))).toBeLessThanOrEqual(2);
  expect(await reads(async () => await log.read('a', { from: 10_000, to: 10_100 }))).toBeLessThanOrEqual(3);
  expect(await reads(async () => await log.read('a', { last: 100 }))).toBeLessThanOrEqual(3);
  expect(await reads(async () => await log.read('a', { last: 100, reverse: true }))).toBeLessThanOrEqual(3);
  expect(await log.read('a', { last: 2, reverse: true })).toEqual(['20000:a 19999', '19999:a 19998']);
});

test('S10: reading through a stream, either way, and searching it, read every byte about once', async () => {
  const { log, reads } = await manyFrames(20_000);
  const windows = Math.ceil((20_000 * 100) / (64 * 1024));
  expect(await reads(async () => await log.read('a'))).toBeLessThan(windows * 2);
  expect(await reads(async () => await log.read('a', { reverse: true }))).toBeLessThan(windows * 2);
  const search = async () =>
    await log.withView(async (view) => {
      for await (const { line } of view.search('19999')) expect(line.number).toBe(20_000);
    });
  // The second stream reads again only the frames that hold the text.
  expect(await reads(search)).toBeLessThan(windows * 2 + 2);
});

test('S10: a line that somebody keeps does not keep the frame it came from', async () => {
  const log = await TestLog.open(tempDirectory());
  await log.write([appendLines('a', ['small']), appendLines('b', ['x'.repeat(1024 * 1024)])]);
  await log.withView(async (view) => {
    for await (const line of view.lines('a')) expect(line.bytes.buffer.byteLength).toBeLessThan(100);
  });
});

test('SF-47: reading a long log lets timers run', async () => {
  const { log } = await manyFrames(30_000);
  let ticks = 0;
  const timer = setInterval(() => {
    ticks += 1;
  }, 1);
  await log.withView(async (view) => {
    for (let times = 0; times < 3; times++)
      for await (const line of view.lines('a')) expect(line).toBeDefined();
  });
  clearInterval(timer);
  expect(ticks).toBeGreaterThan(1);
});
