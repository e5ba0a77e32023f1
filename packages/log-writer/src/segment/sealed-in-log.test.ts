import { existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { appendLines, pruneLines, toArray } from '@stepwell/core';
import { expect, test } from 'vitest';
import type { FileSystem } from '../file-system/file-system.ts';
import { nodeFileSystem } from '../file-system/node-file-system.ts';
import { contentsOf, flipBit } from '../fixtures/files.ts';
import { sealLog } from '../fixtures/seal-log.ts';
import { tempDirectory } from '../fixtures/temp-directory.ts';
import { leaderAt, TestLog, type TestLogOptions } from '../fixtures/test-log.ts';

/** Commits lines 1 to `count` of the stream `a`, about four to a segment. */
async function commits(directory: string, count: number, options: TestLogOptions = {}): Promise<void> {
  const log = await TestLog.open(directory, { segmentBytes: 4096, ...options });
  for (let i = log.head.epoch + 1; i <= count; i++) await log.append('a', `${i} ${'.'.repeat(1000)}`);
  await log.close();
}

function sealedFiles(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.sealed'))
    .sort()
    .map((name) => join(directory, name));
}

async function infoOf(log: TestLog, stream: string, clampTo?: number) {
  return await log.withView(async (view) => await view.info(stream), clampTo);
}

/** The disk of this machine, and which files are open by it. */
function watchedDisk() {
  const open = new Map<number, string>();
  const opened: string[] = [];
  let most = 0;
  const fileSystem: FileSystem = {
    ...nodeFileSystem,
    open: (path, mode) => {
      const file = nodeFileSystem.open(path, mode);
      open.set(file, path);
      opened.push(path);
      most = Math.max(most, open.size);
      return file;
    },
    close: (file) => {
      open.delete(file);
      nodeFileSystem.close(file);
    },
  };
  return { fileSystem, opened, most: () => most, open };
}

test('B11: opening a log reads no sealed segment, for writer and reader; numbers go on where they stood', async () => {
  const directory = tempDirectory();
  const first = await TestLog.open(directory, { segmentBytes: 4096 });
  await first.append('once', 'x', 'y');
  await first.close();
  await commits(directory, 30);
  expect(await sealLog(directory)).toBeGreaterThan(5);
  for (const mode of ['read', 'write'] as const) {
    const disk = watchedDisk();
    const log = await TestLog.open(directory, { mode, fileSystem: disk.fileSystem });
    expect(log.head.epoch).toBe(30);
    expect(disk.opened.filter((path) => path.endsWith('.sealed'))).toEqual([]);
    expect((await log.read('a', { last: 1 }))[0]).toMatch(/^29:30 /);
    expect(await log.read('once')).toEqual(['1:x', '2:y']);
    if (mode === 'read') continue;
    await log.write([appendLines('once', ['z']), appendLines('new', ['1'])]);
    expect(await log.read('once')).toEqual(['1:x', '2:y', '3:z']);
    expect(await log.read('new')).toEqual(['1:1']);
    expect((await log.driver.maintenance?.verify?.())?.problems).toEqual([]);
  }
});

test('S7: records that end behind what was sealed are another database: CORRUPT, reboot or not, and nothing is touched', async () => {
  const directory = tempDirectory();
  await commits(directory, 20, { leader: leaderAt(0), boot: 'monday' });
  await sealLog(directory);
  const before = contentsOf(directory);
  for (const boot of ['monday', 'tuesday']) {
    for (const epoch of [0, 3, 12]) {
      await expect(TestLog.open(directory, { leader: leaderAt(epoch), boot })).rejects.toMatchObject({
        code: 'CORRUPT',
        details: { file: expect.stringMatching(/\.sealed$/) },
      });
    }
  }
  expect(contentsOf(directory)).toEqual(before);
  const log = await TestLog.open(directory, { leader: leaderAt(20), boot: 'monday' });
  await expect(log.refresh(leaderAt(3))).rejects.toMatchObject({ code: 'CORRUPT' });
});

test('S1, S2: behind what was sealed the end of the log is cut, and lines are lost, as ever', async () => {
  const directory = tempDirectory();
  await commits(directory, 20, { leader: leaderAt(0), boot: 'monday' });
  await sealLog(directory);
  await commits(directory, 40, { leader: leaderAt(20), boot: 'monday' });
  const sealed = sealedFiles(directory);
  const log = await TestLog.open(directory, { leader: leaderAt(20), boot: 'tuesday' });
  expect(log.warnings).toMatchObject([
    { id: 'log.tail.cut', details: { commits: 20, recorded: 20, last: 40 } },
  ]);
  expect(await infoOf(log, 'a', 20)).toMatchObject({ lines: 20, lost: [] });
  await log.close();
  expect(sealedFiles(directory)).toEqual(sealed);

  const leader = leaderAt(30, 30, { a: 30, b: 2 });
  for (const mode of ['read', 'write', 'write'] as const) {
    const again = await TestLog.open(directory, { leader, boot: 'wednesday', mode });
    expect(await infoOf(again, 'a', 30)).toMatchObject({ lines: 30, lost: [{ from: 21, to: 30 }] });
    expect(await infoOf(again, 'b', 30)).toMatchObject({ lines: 2, lost: [{ from: 1, to: 2 }] });
    if (mode === 'write') await again.close();
  }
});

test('S2: all frames of the last segment gone: what was lost is told from what was sealed', async () => {
  const directory = tempDirectory();
  await commits(directory, 8, { leader: leaderAt(0), boot: 'monday' });
  await sealLog(directory);
  const active =
    readdirSync(directory)
      .filter((name) => name.endsWith('.seg'))
      .sort()
      .at(-1) ?? '';
  truncateSync(join(directory, active), 64);
  const leader = leaderAt(8, 8, { a: 8 });
  const log = await TestLog.open(directory, { leader, boot: 'tuesday' });
  const [{ from } = { from: 0 }] = (await infoOf(log, 'a', 8))?.lost ?? [];
  expect(await infoOf(log, 'a', 8)).toMatchObject({ lines: 8, lost: [{ from, to: 8 }] });
  expect((await log.read('a', {}, 8)).length).toBe(from - 1);
  expect(from).toBeGreaterThan(1);
});

test('S4: prunes hide what was sealed before and after them, and a stream that only they are left of keeps its numbers', async () => {
  const directory = tempDirectory();
  await commits(directory, 20);
  await sealLog(directory);
  const log = await TestLog.open(directory, { segmentBytes: 4096 });
  const old = await log.driver.pin();
  expect(await log.write([pruneLines('a', 9)])).toBe(21);
  const check = async (handle: TestLog) => {
    expect((await handle.read('a'))[0]).toMatch(/^10:10 /);
    expect(await infoOf(handle, 'a')).toMatchObject({ first: 10, lines: 20, bytes: 11 * 1003 });
    expect((await handle.read('a', { last: 100, reverse: true })).length).toBe(11);
  };
  await check(log);
  // The frames with the prune are sealed too: then only that segment knows of it.
  for (let i = 0; i < 8; i++) await log.append('b', '.'.repeat(1000));
  await log.close();
  expect(await sealLog(directory)).toBeGreaterThan(1);
  const again = await TestLog.open(directory, { segmentBytes: 4096 });
  await check(again);
  await again.write([pruneLines('a')]);
  expect(await infoOf(again, 'a')).toEqual({
    stream: 'a',
    first: 21,
    lines: 20,
    bytes: 0,
    firstAt: null,
    lastAt: null,
    lost: [],
  });
  expect(await again.withView(async (view) => await toArray(view.streams()))).toEqual(['b']);
  await again.append('a', 'next');
  expect(await again.read('a')).toEqual(['21:next']);
  await old.release();
});

test('SD-60: a damaged block is CORRUPT with file and offset for who reads it; the rest is read, and verify names it', async () => {
  const directory = tempDirectory();
  await commits(directory, 20);
  await sealLog(directory);
  const [, path = ''] = sealedFiles(directory);
  writeFileSync(path, flipBit(readFileSync(path), 90 * 8));
  const log = await TestLog.open(directory);
  const refused = { code: 'CORRUPT', details: { file: path, offset: 64 } };
  await expect(log.read('a')).rejects.toMatchObject(refused);
  await expect(log.withView(async (view) => await toArray(view.search('.')))).rejects.toMatchObject(refused);
  expect((await log.read('a', { to: 3 })).length).toBe(3);
  expect((await log.read('a', { from: 12 })).length).toBe(9);
  expect((await log.driver.maintenance?.verify?.())?.problems).toMatchObject([{ where: path, offset: 64 }]);
  rmSync(path);
  await log.close();
  await expect(TestLog.open(directory)).rejects.toMatchObject({ code: 'CORRUPT', details: { file: path } });
  expect(existsSync(path)).toBe(false);
});

test('S10: however many segments a log has, few are open at a time, and all of them are read', {
  timeout: 60_000,
}, async () => {
  const directory = tempDirectory();
  await commits(directory, 620);
  expect(await sealLog(directory)).toBeGreaterThan(150);
  const disk = watchedDisk();
  const log = await TestLog.open(directory, { fileSystem: disk.fileSystem });
  const lines = await log.withView(async (view) => {
    const found: number[] = [];
    // Two readers at once, so that each closes what the other one has open.
    const other = view.lines('a', { reverse: true })[Symbol.asyncIterator]();
    for await (const line of view.lines('a')) {
      found.push(line.number);
      expect((await other.next()).value?.number).toBe(621 - line.number);
    }
    expect(await toArray(view.streams())).toEqual(['a']);
    return found;
  });
  expect(lines).toEqual(Array.from({ length: 620 }, (_, i) => i + 1));
  expect(disk.most()).toBeLessThan(140);
});
