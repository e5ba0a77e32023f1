import { join } from 'node:path';
import { appendLines, openStore, type StoreWarning, toArray } from '@stepwell/core';
import { fileLocks } from '@stepwell/file-lock';
import * as built from '@stepwell/log-writer';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openLogs, sameThread, segmentFiles } from '../fixtures/compacted.ts';
import { FaultyFileSystem } from '../fixtures/faulty-file-system.ts';
import { contentsOf } from '../fixtures/files.ts';
import { tempDirectory } from '../fixtures/temp-directory.ts';

const textOf = (number: number) => `${number} ${'.'.repeat(1000)}`;

async function openBuilt(directory: string, maintenance: 'background' | 'manual' = 'background') {
  const warnings: StoreWarning[] = [];
  const store = await openStore(built.fileLogs({ directory, segmentBytes: 4096, maintenance }), {
    onWarning: (warning) => warnings.push(warning),
  });
  onTestFinished(() => store.close());
  return { store, warnings };
}

type Logs = Awaited<ReturnType<typeof openBuilt>>['store'];

async function numbersOf(store: Logs): Promise<number[]> {
  return await store.withSnapshot(async ({ view }) =>
    (await toArray(view.lines('a'))).map(({ number, text }) => {
      expect(text).toBe(textOf(number));
      return number;
    }),
  );
}

async function untilSealed(directory: string): Promise<void> {
  await vi.waitFor(() => expect(segmentFiles(directory).frames.length).toBe(1), { timeout: 30_000 });
}

/** Real work, on a machine that may be busy. */
const patient = { timeout: 20_000 };

test('complete segments are sealed and merged in the background, in a thread, while lines are written and read', {
  timeout: 60_000,
}, async () => {
  const directory = tempDirectory();
  const { store, warnings } = await openBuilt(directory);
  const first = await store.snapshot();
  let number = 0;
  let seals = 0;
  while (seals < 12 || number < 60) {
    number += 1;
    await store.write([appendLines('a', [textOf(number)])]);
    seals = segmentFiles(directory).sealed.length > 0 ? seals + 1 : 0;
    if (number % 10 === 0) expect((await numbersOf(store)).length).toBe(number);
    if (number > 60) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(await numbersOf(store)).toEqual(Array.from({ length: number }, (_, i) => i + 1));
  expect(await toArray(first.view.streams())).toEqual([]);
  await first.close();
  await untilSealed(directory);
  expect(await numbersOf(store)).toEqual(Array.from({ length: number }, (_, i) => i + 1));
  expect((await store.maintenance.verify()).problems).toEqual([]);
  expect(warnings).toEqual([]);
});

test('what was left unsealed is sealed after opening; manual leaves it', async () => {
  const directory = tempDirectory();
  const manual = await openBuilt(directory, 'manual');
  for (let number = 1; number <= 20; number++) await manual.store.write([appendLines('a', [textOf(number)])]);
  await manual.store.close();
  expect(segmentFiles(directory).sealed).toEqual([]);
  const { store } = await openBuilt(directory);
  await untilSealed(directory);
  expect((await numbersOf(store)).length).toBe(20);
});

test('close ends a compaction at once: nothing half done is left, and nothing goes on behind it', async () => {
  const directory = tempDirectory();
  const { store } = await openBuilt(directory, 'manual');
  const large = Buffer.alloc(200_000, 'x');
  for (let i = 0; i < 200; i++) await store.write([appendLines(`s${i}`, new Array(5).fill(large))]);
  const compacting = store.maintenance.compact({ full: true });
  const refused = expect(compacting).rejects.toMatchObject({
    code: expect.stringMatching(/ABORTED|NOT_OPEN/),
  });
  await vi.waitFor(() => expect(segmentFiles(directory).sealed.length).toBeGreaterThan(0), {
    timeout: 30_000,
  });
  await store.close();
  await refused;
  const after = contentsOf(directory);
  const manifest = String(after.get('MANIFEST'));
  for (const name of after.keys()) {
    if (name !== 'MANIFEST') expect(manifest).toContain(`"id":${Number.parseInt(name, 10)},`);
  }
  const again = await openBuilt(directory, 'manual');
  expect((await again.store.maintenance.verify()).problems).toEqual([]);
});

test('a failure in the background is a warning, is tried again later, and spares the writer', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const directory = tempDirectory();
  const disk = new FaultyFileSystem();
  const { store, warnings } = await openLogs(directory, {
    maintenance: 'manual',
    fileSystem: disk.fileSystem,
  });
  for (let number = 1; number <= 10; number++) await store.write([appendLines('a', [textOf(number)])]);
  await store.close();
  const background = await openLogs(directory, { maintenance: 'background', fileSystem: disk.fileSystem });
  disk.fail('open', 'EMFILE', 'EMFILE', 'EMFILE', 'EMFILE');
  await vi.advanceTimersByTimeAsync(300);
  await vi.waitFor(() => expect(background.warnings.length).toBe(1), patient);
  expect(background.warnings).toMatchObject([
    { id: 'log.compaction.failed', details: { code: 'IO', failures: 1 } },
  ]);
  disk.calm();
  await background.store.write([appendLines('a', [textOf(11)])]);
  await vi.advanceTimersByTimeAsync(1000);
  await vi.waitFor(() => expect(segmentFiles(directory).frames.length).toBe(1), patient);
  expect((await numbersOf(background.store)).length).toBe(11);
  expect(background.warnings.length).toBe(1);
  expect(warnings).toEqual([]);
});

test('while somebody else compacts, the background does not; it looks again', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const directory = tempDirectory();
  const { store } = await openLogs(directory, { maintenance: 'background', fileSystem: sameThread });
  const lock = await fileLocks(join(directory, 'locks')).acquire('compaction', { mode: 'exclusive' });
  for (let number = 1; number <= 10; number++) await store.write([appendLines('a', [textOf(number)])]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(segmentFiles(directory).sealed).toEqual([]);
  await lock.release();
  await vi.advanceTimersByTimeAsync(10_000);
  await vi.waitFor(() => expect(segmentFiles(directory).frames.length).toBe(1), patient);
});
