import { appendLines, isStoreError, pruneLines, toArray } from '@stepwell/core';
import { expect, test } from 'vitest';
import { openLogs } from '../fixtures/compacted.ts';
import { FaultyFileSystem } from '../fixtures/faulty-file-system.ts';
import { contentsOf } from '../fixtures/files.ts';
import { tempDirectory } from '../fixtures/temp-directory.ts';

type Call = Parameters<FaultyFileSystem['fail']>[0];

const text = (number: number) => `${number} ${'.'.repeat(1000)}`;

/** A log with sealed segments, complete ones of frames, and something pruned. */
async function written() {
  const directory = tempDirectory();
  const disk = new FaultyFileSystem();
  const { store } = await openLogs(directory, { fileSystem: disk.fileSystem });
  for (let number = 1; number <= 8; number++) await store.write([appendLines('a', [text(number)])]);
  await store.maintenance.compact();
  for (let number = 9; number <= 16; number++) await store.write([appendLines('a', [text(number)])]);
  await store.write([pruneLines('a', 5)]);
  return { directory, disk, store };
}

async function check(store: Awaited<ReturnType<typeof written>>['store'], last: number): Promise<void> {
  const lines = await store.withSnapshot(async ({ view }) => await toArray(view.lines('a')));
  expect(lines.map(({ number }) => number)).toEqual(Array.from({ length: last - 5 }, (_, i) => i + 6));
  for (const line of lines) expect(line.text).toBe(text(line.number));
}

/** Every file is one that the manifest names: those that were retired await collection. */
function checkNoStrays(directory: string): void {
  const files = contentsOf(directory);
  const manifest = String(files.get('MANIFEST'));
  for (const name of files.keys()) {
    if (name !== 'MANIFEST') expect(manifest).toContain(`"id":${Number.parseInt(name, 10)},`);
  }
}

test.each<[Call, string]>([
  ['open', 'EMFILE'],
  ['pread', 'EIO'],
  ['pwrite', 'ENOSPC'],
  ['fsync', 'EIO'],
  ['fsyncDirectory', 'EIO'],
  ['rename', 'EIO'],
  ['size', 'EIO'],
  ['identify', 'EIO'],
  ['unlink', 'EACCES'],
])(
  'S11: %s fails once (%s), at many a moment of a compaction: nothing is lost, the store goes on or says why not',
  { timeout: 120_000 },
  async (call, errno) => {
    let failures = 0;
    // Every moment would take minutes: ever rarer ones.
    for (let nth = 1; ; nth += Math.ceil(nth / 2)) {
      const { directory, disk, store } = await written();
      disk.fail(call, ...new Array<string>(nth - 1).fill(''), errno);
      const calls = disk.calls.length;
      const failed = await store.maintenance.compact({ full: true }).then(
        () => undefined,
        (error: unknown) => error,
      );
      const reached = disk.calls.slice(calls).filter((one) => one === call).length >= nth;
      disk.calm();
      if (failed !== undefined) {
        failures += 1;
        expect(isStoreError(failed), String(failed)).toBe(true);
      }
      const poisoned = await store.write([appendLines('a', [text(17)])]).then(
        () => false,
        (error: unknown) => {
          // Only where it is in doubt what a power cut would leave.
          expect(error).toMatchObject({ code: 'POISONED' });
          expect(failed, `${call} ${nth}`).toMatchObject({ code: 'POISONED' });
          return true;
        },
      );
      await check(store, poisoned ? 16 : 17);
      if (!poisoned) {
        checkNoStrays(directory);
        // What failed is done the next time.
        await store.maintenance.compact({ full: true });
        await store.maintenance.collect();
        await check(store, 17);
        checkNoStrays(directory);
      }
      // It says once more that it is poisoned.
      if (poisoned) await expect(store.close()).rejects.toMatchObject({ code: 'POISONED' });
      else await store.close();
      const again = await openLogs(directory);
      await check(again.store, poisoned ? 16 : 17);
      expect((await again.store.maintenance.verify()).problems).toEqual([]);
      await again.store.maintenance.collect();
      checkNoStrays(directory);
      await again.store.close();
      if (!reached) break;
    }
    expect(failures).toBeGreaterThan(0);
  },
);
