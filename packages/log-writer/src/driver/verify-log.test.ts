import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { contentsOf, flipBit } from '../fixtures/files.ts';
import { tempDirectory } from '../fixtures/temp-directory.ts';
import { TestLog } from '../fixtures/test-log.ts';

async function threeSegments() {
  const directory = tempDirectory();
  const log = await TestLog.open(directory, { segmentBytes: 4096 });
  for (let i = 1; i <= 9; i++) await log.append('a', `${i} ${'.'.repeat(1000)}`);
  const verify = async (signal?: AbortSignal) => {
    const report = await log.driver.maintenance?.verify?.(signal && { signal });
    return { ...report, problems: report?.problems ?? [] };
  };
  const path = (segment: number) => join(directory, `0000000${segment}.seg`);
  return { directory, verify, path };
}

test('verify reads everything, says how much, and changes nothing', async () => {
  const { directory, verify } = await threeSegments();
  const before = contentsOf(directory);
  const { performed, problems, measures } = await verify();
  expect({ performed, problems }).toEqual({ performed: true, problems: [] });
  const segments = [...before].filter(([name]) => name.endsWith('.seg'));
  expect(segments.length).toBe(3);
  expect(Object.fromEntries(measures?.map(({ name, value }) => [name, value]) ?? [])).toEqual({
    'logs.verify.frames': 9,
    'logs.verify.lines': 9,
    'logs.verify.bytes': segments.reduce((sum, [, bytes]) => sum + bytes.length, 0),
  });
  expect(contentsOf(directory)).toEqual(before);
});

test('verify names every damaged place, in all segments, and goes on behind it', async () => {
  const { directory, verify, path } = await threeSegments();
  const first = readFileSync(path(1));
  writeFileSync(path(1), flipBit(flipBit(first, 500 * 8), 2200 * 8));
  rmSync(path(2));
  const third = readFileSync(path(3));
  writeFileSync(path(3), flipBit(third, 70 * 8));
  writeFileSync(join(directory, 'MANIFEST'), 'nonsense');
  const { problems } = await verify();
  expect(problems.map(({ id, where }) => [id, where])).toEqual([
    ['log.manifest.damaged', join(directory, 'MANIFEST')],
    ['log.frame.checksum', path(1)],
    ['log.frame.checksum', path(1)],
    ['log.segment.damaged', path(2)],
    ['log.frame.checksum', path(3)],
  ]);
  for (const { offset, message } of problems) {
    expect(offset).toBeTypeOf('number');
    expect(message).not.toBe('');
  }
});

test('verify stops when its signal fires', async () => {
  const { verify } = await threeSegments();
  await expect(verify(AbortSignal.abort())).rejects.toMatchObject({ code: 'ABORTED' });
});

test('verify finds bytes behind the end of a segment that is complete', async () => {
  const { verify, path } = await threeSegments();
  const size = readFileSync(path(1)).length;
  writeFileSync(path(1), Buffer.concat([readFileSync(path(1)), Buffer.from('more')]));
  expect((await verify()).problems).toMatchObject([{ id: 'log.segment.size', where: path(1), offset: size }]);
});
