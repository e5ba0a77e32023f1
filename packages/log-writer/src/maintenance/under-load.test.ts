import { appendLines, toArray } from '@stepwell/core';
import { expect, test } from 'vitest';
import { openLogs, sameThread, segmentFiles } from '../fixtures/compacted.ts';
import { tempDirectory } from '../fixtures/temp-directory.ts';

test('S9: a compaction merges, collects and ends, also when a segment is completed for each one that it seals', {
  timeout: 60_000,
}, async () => {
  const directory = tempDirectory();
  let written = 0;
  let write = (): void => {};
  const { store } = await openLogs(directory, {
    fileSystem: {
      ...sameThread,
      open: (path, mode) => {
        if (mode === 'create' && path.endsWith('.sealed')) write();
        return sameThread.open(path, mode);
      },
    },
  });
  const append = async (): Promise<void> => {
    written += 1;
    await store.write([appendLines('a', [`${written} ${'.'.repeat(4096)}`])]);
  };
  for (let i = 0; i < 20; i++) await append();
  const writes: Promise<void>[] = [];
  write = () => {
    if (written < 500) writes.push(append());
  };
  await store.maintenance.compact();
  await Promise.all(writes);
  expect(written, 'it did not wait until writers had enough').toBeLessThan(100);
  const { sealed } = segmentFiles(directory);
  expect(sealed.length, 'they were merged').toBeLessThan(10);
  const lines = await store.withSnapshot(async ({ view }) => await toArray(view.lines('a')));
  expect(lines.map(({ number, text }) => [number, Number.parseInt(text, 10)])).toEqual(
    Array.from({ length: written }, (_, i) => [i + 1, i + 1]),
  );
  await store.close();
});
