import { statSync, truncateSync } from 'node:fs';
import { appendLines, combine, openStore } from '@stepwell/core';
import { MemoryDisk, memoryRecords } from '@stepwell/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { fileLogs } from '../driver/file-logs.ts';
import { firstSegment } from '../fixtures/files.ts';
import { tempDirectory } from '../fixtures/temp-directory.ts';
import { TestLog } from '../fixtures/test-log.ts';

function cutBy(bytes: number, path: string): void {
  truncateSync(path, statSync(path).size - bytes);
}

test('S4: a log that is cut under shared writers stays CORRUPT, also after a write that found it out', async () => {
  const directory = tempDirectory();
  const disk = new MemoryDisk();
  const driver = () => combine({ records: memoryRecords({ disk }), logs: fileLogs({ directory }) });
  const store = await openStore(driver(), { writer: 'shared' });
  onTestFinished(() => store.close());
  for (let i = 1; i <= 50; i++) await store.write([appendLines('a', [`line ${i}`])]);
  cutBy(5, firstSegment(directory));
  const look = async () => await store.withSnapshot(async ({ view }) => await view.logs.info('a'));
  for (let times = 0; times < 3; times++) {
    await expect(store.write([appendLines('a', ['refused'])])).rejects.toMatchObject({ code: 'CORRUPT' });
    await expect(look()).rejects.toMatchObject({
      code: 'CORRUPT',
      details: { file: firstSegment(directory) },
    });
  }
});

test('S4: alone, what a writer knows to be committed is refused when it is gone, and not cut', async () => {
  const directory = tempDirectory();
  const log = await TestLog.open(directory);
  for (let i = 1; i <= 50; i++) await log.append('a', `line ${i}`);
  cutBy(5, firstSegment(directory));
  const { size } = statSync(firstSegment(directory));
  for (let times = 0; times < 3; times++) {
    await expect(log.read('a')).rejects.toMatchObject({ code: 'CORRUPT' });
    await expect(log.refresh()).rejects.toMatchObject({ code: 'CORRUPT' });
  }
  expect(statSync(firstSegment(directory)).size).toBe(size);
});
