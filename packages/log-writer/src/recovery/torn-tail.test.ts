import { copyFileSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { contentsOf, firstSegment, flipBit } from '../fixtures/files.ts';
import { tempDirectory } from '../fixtures/temp-directory.ts';
import { TestLog } from '../fixtures/test-log.ts';
import { segmentHeaderBytes } from '../format/segment-header.ts';

/** Three commits; answers where each of them ends. */
async function threeCommits(directory: string): Promise<number[]> {
  const log = await TestLog.open(directory);
  const ends: number[] = [];
  for (const line of ['one', 'two', 'three']) {
    await log.append('a', line, `${line}!`);
    ends.push(readFileSync(firstSegment(directory)).length);
  }
  await log.close();
  return ends;
}

const all = ['1:one', '2:one!', '3:two', '4:two!', '5:three', '6:three!'];

test('SD-46: cut at every byte, a segment reads as the longest run of whole commits, and the file ends there', {
  timeout: 120_000,
}, async () => {
  const directory = tempDirectory();
  const ends = await threeCommits(directory);
  const path = firstSegment(directory);
  const whole = readFileSync(path);
  for (let size = segmentHeaderBytes; size < whole.length; size++) {
    writeFileSync(path, whole.subarray(0, size));
    const commits = ends.filter((end) => end <= size).length;

    const reader = await TestLog.open(directory, { mode: 'read' });
    expect(await reader.read('a')).toEqual(all.slice(0, commits * 2));
    await reader.close();
    expect(readFileSync(path).length, 'readers never cut').toBe(size);

    const log = await TestLog.open(directory);
    expect(await log.read('a')).toEqual(all.slice(0, commits * 2));
    expect(readFileSync(path).length).toBe([segmentHeaderBytes, ...ends][commits]);
    expect(log.warnings.length).toBe(readFileSync(path).length === size ? 0 : 1);
    await log.close();
  }
});

test('SD-47: what is written after a torn tail was cut is there after the next crash', async () => {
  const directory = tempDirectory();
  await threeCommits(directory);
  const path = firstSegment(directory);
  for (const text of ['four', 'five', 'six']) {
    truncateSync(path, readFileSync(path).length - 3);
    const log = await TestLog.open(directory);
    await log.append('a', text, `${text}!`);
    await log.close();
  }
  const log = await TestLog.open(directory);
  expect(await log.read('a')).toEqual(['1:one', '2:one!', '3:two', '4:two!', '5:six', '6:six!']);
});

test('SD-60: every bit that is turned over is refused with file and offset, or cut as a torn tail; no line is wrong', {
  timeout: 120_000,
}, async () => {
  const directory = tempDirectory();
  const ends = await threeCommits(directory);
  const path = firstSegment(directory);
  const whole = readFileSync(path);
  const [, , last = 0] = ends;
  let refused = 0;
  for (let bit = 0; bit < last * 8; bit++) {
    writeFileSync(path, flipBit(whole, bit));
    try {
      const log = await TestLog.open(directory);
      // Only if the damage passed for the append of a process that died.
      expect(all.slice(0, 4)).toEqual(await log.read('a'));
      expect(log.warnings).toMatchObject([{ id: 'log.tail.cut', details: { file: path, offset: ends[1] } }]);
      await log.close();
    } catch (error) {
      const offset = [0, segmentHeaderBytes, ...ends].findLast((end) => end * 8 <= bit);
      const inHeader = bit < segmentHeaderBytes * 8;
      expect(error).toMatchObject({ code: 'CORRUPT', details: { file: path } });
      if (!inHeader) expect((error as { details: unknown }).details).toEqual({ file: path, offset });
      expect(readFileSync(path), 'nothing is cut').toEqual(flipBit(whole, bit));
      refused += 1;
    }
  }
  expect(refused).toBe(last * 8);
});

test('SD-89: a reader that meets a damaged frame with an intact one behind it says so, and never answers less', async () => {
  const directory = tempDirectory();
  const ends = await threeCommits(directory);
  const path = firstSegment(directory);
  const whole = readFileSync(path);
  for (let bit = segmentHeaderBytes * 8; bit < (ends[1] ?? 0) * 8; bit += 5) {
    writeFileSync(path, flipBit(whole, bit));
    await expect(TestLog.open(directory, { mode: 'read' })).rejects.toMatchObject({ code: 'CORRUPT' });
  }
});

test('SD-60: damage that happens while the log is open is found by the read that meets it', async () => {
  const directory = tempDirectory();
  const log = await TestLog.open(directory);
  await log.append('a', 'one', 'two');
  await log.append('b', 'other');
  const path = firstSegment(directory);
  writeFileSync(path, flipBit(readFileSync(path), (segmentHeaderBytes + 70) * 8));
  await expect(log.read('a')).rejects.toMatchObject({
    code: 'CORRUPT',
    details: { file: path, offset: segmentHeaderBytes },
  });
  await expect(
    log.withView(async (view) => {
      for await (const match of view.search('two')) expect(match).toBeUndefined();
    }),
  ).rejects.toMatchObject({ code: 'CORRUPT' });
  expect(await log.read('b')).toEqual(['1:other']);
  const report = await log.driver.maintenance?.verify?.();
  expect(report?.problems).toMatchObject([
    { id: 'log.frame.checksum', where: path, offset: segmentHeaderBytes },
  ]);
});

test('SD-58: a manifest that is cut or has a bit turned over is refused, and left alone', {
  timeout: 120_000,
}, async () => {
  const directory = tempDirectory();
  await threeCommits(directory);
  const path = join(directory, 'MANIFEST');
  const whole = readFileSync(path);
  const damaged = [
    ...Array.from({ length: whole.length }, (_, size) => whole.subarray(0, size)),
    ...Array.from({ length: whole.length * 8 }, (_, bit) => flipBit(whole, bit)),
  ];
  for (const [i, bytes] of damaged.entries()) {
    writeFileSync(path, bytes);
    for (const mode of i % 10 === 0 ? (['read', 'write'] as const) : (['write'] as const)) {
      await expect(TestLog.open(directory, { mode })).rejects.toMatchObject({
        code: 'CORRUPT',
        details: { file: path },
      });
    }
    expect(readFileSync(path)).toEqual(bytes);
  }
});

test('SD-87: a newer format is refused untouched', async () => {
  const directory = tempDirectory();
  await threeCommits(directory);
  const path = join(directory, 'MANIFEST');
  const [, body = ''] = readFileSync(path, 'utf8').split('\n');
  const head = `stepwell-log-manifest 3 ${body.length + 1}`;
  const crc = crc32(`${body}\n`, crc32(head)).toString(16).padStart(8, '0');
  writeFileSync(path, `${head} ${crc}\n${body}\n`);
  const before = contentsOf(directory);
  for (const mode of ['read', 'write'] as const) {
    await expect(TestLog.open(directory, { mode })).rejects.toMatchObject({ code: 'SCHEMA_TOO_NEW' });
  }
  expect(contentsOf(directory)).toEqual(before);
});

test('SD-58: segments without a manifest, or that no manifest names, are not deleted', async () => {
  const directory = tempDirectory();
  await threeCommits(directory);
  const manifest = readFileSync(join(directory, 'MANIFEST'));
  renameSync(join(directory, 'MANIFEST'), join(directory, 'kept'));
  await expect(TestLog.open(directory)).rejects.toMatchObject({ code: 'CORRUPT' });
  renameSync(join(directory, 'kept'), join(directory, 'MANIFEST'));
  copyFileSync(firstSegment(directory), join(directory, '00000002.seg'));
  await expect(TestLog.open(directory)).rejects.toMatchObject({ code: 'CORRUPT' });
  expect(readFileSync(join(directory, 'MANIFEST'))).toEqual(manifest);
});

test('SD-89: a segment that is missing or of another store is CORRUPT, for reader and writer', async () => {
  const directory = tempDirectory();
  const other = tempDirectory();
  await threeCommits(directory);
  await threeCommits(other);
  writeFileSync(firstSegment(directory), readFileSync(firstSegment(other)));
  for (const mode of ['read', 'write'] as const) {
    await expect(TestLog.open(directory, { mode })).rejects.toMatchObject({ code: 'CORRUPT' });
  }
  rmSync(firstSegment(directory));
  for (const mode of ['read', 'write'] as const) {
    await expect(TestLog.open(directory, { mode })).rejects.toMatchObject({ code: 'CORRUPT' });
  }
});
