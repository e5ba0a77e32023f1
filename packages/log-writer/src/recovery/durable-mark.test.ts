import { copyFileSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { appendLines, openReader, openStore, pruneLines, toArray } from '@stepwell/core';
import { expect, test } from 'vitest';
import { fileLogs } from '../driver/file-logs.ts';
import { tempDirectory } from '../fixtures/temp-directory.ts';

/** Logs alone, of three commits that survive power loss. */
async function written(end: 'sync' | 'close'): Promise<{ directory: string; segment: string }> {
  const directory = tempDirectory();
  const store = await openStore(fileLogs({ directory }), { durability: 'power-loss' });
  for (const text of ['one', 'two', 'three']) await store.write([appendLines('a', [text])]);
  if (end === 'sync') await store.sync();
  const segment = join(directory, '00000001.seg');
  const kept = readFileSync(segment);
  const manifest = readFileSync(join(directory, 'MANIFEST'));
  await store.close();
  if (end === 'sync') {
    // As if the process had died right behind the sync.
    writeFileSync(segment, kept);
    writeFileSync(join(directory, 'MANIFEST'), manifest);
  }
  return { directory, segment };
}

const open = { read: openReader, write: openStore };

test.each([
  ['sync', 'read'],
  ['sync', 'write'],
  ['close', 'read'],
  ['close', 'write'],
] as const)(
  'SD-60: what had been synced by %s is not taken away unseen: opening to %s',
  async (end, mode) => {
    const { directory, segment } = await written(end);
    const intact = readFileSync(segment);
    const refused = async (): Promise<void> => {
      await expect(open[mode](fileLogs({ directory }))).rejects.toMatchObject({
        code: 'CORRUPT',
        details: { file: segment, offset: expect.any(Number) },
      });
    };
    for (const cut of [1, 40, 100]) {
      truncateSync(segment, intact.length - cut);
      await refused();
      writeFileSync(segment, intact);
    }
    const flipped = Buffer.from(intact);
    flipped.writeUInt8(flipped.readUInt8(intact.length - 10) ^ 1, intact.length - 10);
    writeFileSync(segment, flipped);
    await refused();
  },
);

test('SD-60: the last lines are there again as soon as the right file is', async () => {
  const { directory, segment } = await written('close');
  renameSync(segment, `${segment}.kept`);
  await expect(openReader(fileLogs({ directory }))).rejects.toMatchObject({ code: 'CORRUPT' });
  renameSync(`${segment}.kept`, segment);
  const store = await openStore(fileLogs({ directory }));
  const { results } = await store.write([appendLines('a', ['four'])]);
  expect(results).toEqual([{ stream: 'a', first: 4, last: 4 }]);
  await store.close();
});

test('SD-60: an older manifest is told from the right one, also by readers', async () => {
  const directory = tempDirectory();
  const logs = () => fileLogs({ directory, segmentBytes: 4096, maintenance: 'manual' });
  const long = (text: string) => Array.from({ length: 100 }, (_, i) => `${text} ${i} ${'.'.repeat(60)}`);
  const store = await openStore(logs());
  await store.write([appendLines('a', long('secret'))]);
  copyFileSync(join(directory, 'MANIFEST'), join(directory, 'older'));
  await store.write([appendLines('a', long('later'))]);
  await store.write([pruneLines('a', 100)]);
  await store.close();
  copyFileSync(join(directory, 'older'), join(directory, 'MANIFEST'));
  rmSync(join(directory, 'older'));
  for (const openIt of Object.values(open)) {
    await expect(openIt(logs())).rejects.toMatchObject({ code: 'CORRUPT' });
  }
});

test('S7: a segment that is gone or too short is told when the log is opened, not when somebody reads it', async () => {
  const directory = tempDirectory();
  const logs = () => fileLogs({ directory, segmentBytes: 4096, maintenance: 'manual' });
  const store = await openStore(logs());
  const lines = Array.from({ length: 100 }, (_, i) => `${i} ${'.'.repeat(60)}`);
  for (const stream of ['a', 'b']) await store.write([appendLines(stream, lines)]);
  await store.maintenance.compact({ full: true });
  await store.maintenance.collect();
  const sealed = await store.withSnapshot(async ({ view }) => await toArray(view.streams()));
  expect(sealed).toEqual(['a', 'b']);
  await store.close();
  const manifest = readFileSync(join(directory, 'MANIFEST'), 'utf8');
  const id = /"id":(\d+),"kind":"sealed"/.exec(manifest)?.[1] ?? '';
  const path = join(directory, `${id.padStart(8, '0')}.sealed`);
  const bytes = readFileSync(path);
  for (const damage of [() => truncateSync(path, bytes.length - 1), () => rmSync(path)]) {
    damage();
    for (const openIt of Object.values(open)) {
      await expect(openIt(logs())).rejects.toMatchObject({ code: 'CORRUPT', details: { file: path } });
    }
  }
});
