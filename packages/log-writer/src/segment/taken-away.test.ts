import { cpSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { appendLines, combine, openStore, putExecution } from '@stepwell/core';
import { MemoryDisk, memoryRecords } from '@stepwell/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { fileLogs } from '../driver/file-logs.ts';
import { contentsOf, firstSegment } from '../fixtures/files.ts';
import { tempDirectory } from '../fixtures/temp-directory.ts';
import { TestLog } from '../fixtures/test-log.ts';

/** Puts a copy in the place of a file or a directory, and keeps the original's inode from being used again. */
function replaceByCopy(path: string): void {
  cpSync(path, `${path}.copy`, { recursive: true });
  renameSync(path, `${path}.away`);
  renameSync(`${path}.copy`, path);
}

/** What is found under the names that the log goes by. */
function inPlace(directory: string): Map<string, Buffer> {
  return new Map([...contentsOf(directory)].filter(([name]) => !name.endsWith('.away')));
}

const takenAway: readonly [what: string, take: (directory: string) => void][] = [
  ['the directory is deleted', (directory) => rmSync(directory, { recursive: true })],
  ['the directory is moved away', (directory) => renameSync(directory, `${directory}.away`)],
  ['the directory is replaced by a copy', replaceByCopy],
  ['the active segment is deleted', (directory) => rmSync(firstSegment(directory))],
  ['the active segment is replaced', (directory) => replaceByCopy(firstSegment(directory))],
  ['the manifest is deleted', (directory) => rmSync(join(directory, 'MANIFEST'))],
  ['the manifest is replaced', (directory) => replaceByCopy(join(directory, 'MANIFEST'))],
];

describe.each(takenAway)('S2: %s under a writer', (what, take) => {
  test.each(['process-crash', 'power-loss'] as const)(
    'a write with %s is not acknowledged',
    async (durability) => {
      const directory = join(tempDirectory(), 'logs');
      const log = await TestLog.open(directory);
      await log.append('a', 'one');
      take(directory);
      const before = what.includes('replaced') ? inPlace(directory) : undefined;
      const write = async () => await log.write([appendLines('a', ['into nothing'])], durability);
      for (let times = 0; times < 2; times++)
        await expect(write()).rejects.toMatchObject({ code: 'POISONED' });
      await log.close();
      // Where only the other of the two files is a copy, the frame is in the original segment, above the last commit.
      if (before !== undefined && !what.includes('manifest')) expect(inPlace(directory)).toEqual(before);
    },
  );

  test('the first write of a handle is not acknowledged either', async () => {
    const directory = join(tempDirectory(), 'logs');
    const first = await TestLog.open(directory);
    await first.append('a', 'one');
    await first.close();
    const log = await TestLog.open(directory);
    take(directory);
    // A segment that is not opened yet and not there is CORRUPT, as it would be when the log is opened.
    await expect(log.append('a', 'into nothing')).rejects.toHaveProperty(
      'code',
      expect.stringMatching(what.includes('replaced') ? /^POISONED$/ : /^(POISONED|CORRUPT)$/),
    );
  });

  test.skipIf(what === 'the manifest is replaced')('a sync is not acknowledged', async () => {
    const directory = join(tempDirectory(), 'logs');
    const log = await TestLog.open(directory);
    await log.append('a', 'one');
    await log.driver.sync();
    take(directory);
    await expect(log.driver.sync()).rejects.toMatchObject({ code: 'POISONED' });
    await expect(log.append('a', 'two')).rejects.toMatchObject({ code: 'POISONED' });
  });

  test.each(['exclusive', 'shared'] as const)(
    'a combined store (%s) commits neither side',
    async (writer) => {
      const directory = join(tempDirectory(), 'logs');
      const driver = combine({
        records: memoryRecords({ disk: new MemoryDisk() }),
        logs: fileLogs({ directory }),
      });
      const store = await openStore(driver, { writer });
      // Closing tells of the poison once more.
      onTestFinished(async () => {
        await store.close().catch((error: unknown) => expect(error).toHaveProperty('code', 'POISONED'));
      });
      const record = async (id: string) =>
        await store.write([putExecution({ id, name: id, createdAt: 0 }), appendLines('a', [id])]);
      await record('one');
      take(directory);
      if (writer === 'exclusive')
        await expect(record('two')).rejects.toMatchObject({
          code: 'POISONED',
          message: expect.stringContaining(directory),
        });
      // Each turn reads the manifest first, and says so where there is none; one that was copied is the one it reads.
      else if (what !== 'the manifest is replaced')
        await expect(record('two')).rejects.toHaveProperty(
          'code',
          expect.stringMatching(/^(POISONED|CORRUPT)$/),
        );
    },
  );
});

test('S5: a manifest that another writer put in its place in its turn is in its place', async () => {
  const directory = tempDirectory();
  const one = await TestLog.open(directory, { segmentBytes: 4096 });
  const other = await TestLog.open(directory, { segmentBytes: 4096 });
  for (let i = 0; i < 10; i++) {
    for (const log of [one, other]) {
      await log.refresh();
      await log.append('a', '.'.repeat(1500));
    }
  }
  // Without a turn: by now the other one has begun new segments.
  await one.driver.sync();
  await other.refresh();
  expect(await other.read('a')).toHaveLength(20);
});
