import { readFileSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { contentsOf, firstSegment } from '../fixtures/files.ts';
import { tempDirectory } from '../fixtures/temp-directory.ts';
import { leaderAt, TestLog } from '../fixtures/test-log.ts';

const store = '0192f3a4-5b6c-7d8e-9f01-23456789abcd';
const other = '0192f3a4-5b6c-7d8e-9f01-23456789abce';
const corrupt = { code: 'CORRUPT' };

/** Commits lines 1 to `count` under a leader; answers the end of the log after each. */
async function commits(directory: string, count: number): Promise<number[]> {
  const log = await TestLog.open(directory, { leader: { ...leaderAt(0), store }, boot: 'monday' });
  const ends: number[] = [];
  for (let i = 1; i <= count; i += 1) {
    await log.append('a', `${i}`);
    ends.push(readFileSync(firstSegment(directory)).length);
  }
  await log.close();
  return ends;
}

test('S7: a log belongs to the store of its leader: another one is CORRUPT for writer, reader and refresh, also after a reboot', async () => {
  const directory = tempDirectory();
  await commits(directory, 2);
  const before = contentsOf(directory);
  for (const boot of ['monday', 'tuesday']) {
    for (const mode of ['write', 'read'] as const) {
      const opened = TestLog.open(directory, { leader: { ...leaderAt(0), store: other }, mode, boot });
      await expect(opened).rejects.toMatchObject({
        ...corrupt,
        details: { file: join(directory, 'MANIFEST') },
      });
    }
  }
  const log = await TestLog.open(directory, { leader: { ...leaderAt(2), store }, boot: 'monday' });
  await expect(log.refresh({ ...leaderAt(2), store: other })).rejects.toMatchObject(corrupt);
  expect(contentsOf(directory)).toEqual(before);
});

test('S7: a log that has been written to cannot be gone, reboot or not', async () => {
  const directory = join(tempDirectory(), 'log');
  for (const mode of ['write', 'read'] as const) {
    const opened = TestLog.open(directory, { leader: leaderAt(3), mode, boot: 'tuesday' });
    await expect(opened).rejects.toMatchObject({ ...corrupt, details: { directory } });
    expect(() => contentsOf(directory)).toThrow('ENOENT');
  }
});

test('S7: without a reboot, more than the one commit that a death can leave is CORRUPT; after one it is cut', async () => {
  const directory = tempDirectory();
  const [, second = 0, third] = await commits(directory, 4);
  const before = contentsOf(directory);
  for (const [epoch, offset] of [
    [2, third],
    [1, second],
  ] as const) {
    const opened = TestLog.open(directory, { leader: { ...leaderAt(epoch), store }, boot: 'monday' });
    await expect(opened).rejects.toMatchObject({
      ...corrupt,
      details: { file: firstSegment(directory), offset },
    });
  }
  expect(contentsOf(directory)).toEqual(before);
  const again = await TestLog.open(directory, { leader: { ...leaderAt(2), store }, boot: 'tuesday' });
  expect(await again.read('a')).toEqual(['1:1', '2:2']);
});

test('S7: without a reboot, a log that ends below what the leader knows is CORRUPT; after one it has lost lines', async () => {
  const directory = tempDirectory();
  const [, offset = 0] = await commits(directory, 4);
  truncateSync(firstSegment(directory), offset);
  const before = contentsOf(directory);
  const leader = { ...leaderAt(4, 4, { a: 4 }), store };
  for (const mode of ['write', 'read'] as const) {
    await expect(TestLog.open(directory, { leader, mode, boot: 'monday' })).rejects.toMatchObject({
      ...corrupt,
      details: { file: firstSegment(directory), offset },
    });
  }
  expect(contentsOf(directory)).toEqual(before);
  const again = await TestLog.open(directory, { leader, boot: 'tuesday' });
  expect(again.warnings.map(({ id }) => id)).toEqual(['log.lines.lost']);
});

test('S6: a reader that finds segments without their manifest says CORRUPT, not NOT_FOUND', async () => {
  const directory = tempDirectory();
  await commits(directory, 1);
  rmSync(join(directory, 'MANIFEST'));
  await expect(TestLog.open(directory, { mode: 'read' })).rejects.toMatchObject(corrupt);
});
