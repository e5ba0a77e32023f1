import { appendLines, combine, openReader, openStore, putExecution, toArray } from '@stepwell/core';
import { crashAt, MemoryDisk, memoryRecords } from '@stepwell/testkit';
import { expect, test } from 'vitest';
import { tempDirectory } from '../fixtures/temp-directory.ts';
import { fileLogs } from './file-logs.ts';

/** Records in memory, logs in files, as one store that can be opened again. */
function combined(directory: string, disk: MemoryDisk) {
  return combine({ records: memoryRecords({ disk }), logs: fileLogs({ directory, segmentBytes: 4096 }) });
}

const run = (id: string) => putExecution({ id, name: id, createdAt: 0 });

test('S1, S4: records and lines commit together and are read at one epoch, also across new segments', async () => {
  const directory = tempDirectory();
  const disk = new MemoryDisk();
  const store = await openStore(combined(directory, disk));
  const reader = await openReader(combined(directory, disk));
  for (let i = 1; i <= 60; i++) {
    await store.write([run(`e${i}`), appendLines('log', [`${i} ${'.'.repeat(200)}`])]);
    if (i % 4 === 0) await store.write([run(`quiet${i}`)]);
    for (const handle of [store, reader]) {
      await handle.withSnapshot(async ({ view }) => {
        expect(await view.logs.info('log')).toMatchObject({ lines: i });
        expect(await view.records.get('execution', `e${i}`)).toBeDefined();
      });
    }
  }
  expect((await store.maintenance.verify()).problems).toEqual([]);
  await reader.close();
  await store.close();
});

test.each(['combine:records.prepared', 'combine:logs.prepared', 'combine:committed'])(
  'S1: after a fault at %s both sides hold the same commits, and the next write works',
  async (point) => {
    const directory = tempDirectory();
    const disk = new MemoryDisk();
    const store = await openStore(combined(directory, disk));
    await store.write([run('e1'), appendLines('log', ['1'])]);
    let acknowledged = true;
    {
      using _armed = crashAt(point, { mode: 'throw' });
      await store.write([run('e2'), appendLines('log', ['2'])]).catch(() => {
        acknowledged = false;
      });
    }
    await store.write([run('e3'), appendLines('log', ['3'])]);
    const check = async (view: Awaited<ReturnType<typeof store.snapshot>>['view']) => {
      const texts = (await toArray(view.logs.lines('log'))).map((line) => line.text);
      const stored = (await view.records.get('execution', 'e2')) !== undefined;
      expect(texts).toEqual(stored ? ['1', '2', '3'] : ['1', '3']);
      if (acknowledged) expect(stored).toBe(true);
    };
    await store.withSnapshot(async ({ view }) => await check(view));
    await store.close();
    const again = await openStore(combined(directory, disk));
    await again.withSnapshot(async ({ view }) => await check(view));
    await again.close();
  },
);
