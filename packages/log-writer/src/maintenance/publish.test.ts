import { readdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toArray } from '@stepwell/core';
import { expect, onTestFinished, test, vi } from 'vitest';
import { FaultyFileSystem } from '../fixtures/faulty-file-system.ts';
import { contentsOf } from '../fixtures/files.ts';
import { commit, lineOf, openLog, republish } from '../fixtures/republish.ts';
import { tempDirectory } from '../fixtures/temp-directory.ts';
import { leaderAt, TestLog } from '../fixtures/test-log.ts';
import { collectFiles } from './collect-files.ts';

/** A log of so many commits, three in a segment. */
async function written(commits: number, options: Parameters<typeof openLog>[1] = {}) {
  const directory = tempDirectory();
  const { log, close } = await openLog(directory, options);
  onTestFinished(close);
  for (let i = 0; i < commits; i++) await commit(log);
  const read = async (): Promise<void> => {
    const pin = await log.pin();
    const lines = await toArray(pin.view.lines('a'));
    await pin.release();
    const { lastEpoch } = log.files.index;
    expect(lines.map(({ text }) => text)).toEqual(Array.from({ length: lastEpoch }, (_, i) => lineOf(i + 1)));
  };
  return { directory, log, read, close };
}

function locksIn(directory: string): readonly string[] {
  return readdirSync(join(directory, 'locks')).filter((name) => name.startsWith('pin-'));
}

function namesIn(directory: string): readonly string[] {
  return [...contentsOf(directory).keys()];
}

test('S9: what is published is read by new snapshots, goes on being read by old ones, and is written on', async () => {
  const { directory, log, read } = await written(7);
  const before = await log.pin();
  const { generation, segments } = log.files.manifest;
  expect(await republish(log)).toBe(2);
  const { manifest } = log.files;
  expect(manifest).toMatchObject({
    generation: generation + 2,
    pins: generation + 2,
    segments: [{ id: 4 }, { id: 5 }, { id: 3 }],
    retired: [
      { id: 1, kind: 'frames', pins: 0 },
      { id: 2, kind: 'frames', pins: 0 },
    ],
  });
  expect(segments.map(({ id }) => id)).toEqual([1, 2, 3]);
  expect(locksIn(directory), 'for readers that must not make it').toContain(`pin-${manifest.pins}.lock`);
  await commit(log);
  await read();
  expect((await toArray(before.view.lines('a'))).map(({ text }) => text)).toEqual(
    Array.from({ length: 7 }, (_, i) => lineOf(i + 1)),
  );
  expect(namesIn(directory)).toContain('00000001.seg');
  await before.release();
});

test('S9: collection deletes what nobody reads, once, and says what it did', async () => {
  const { directory, log, read } = await written(7);
  const nothing = await collectFiles(log);
  expect(nothing).toMatchObject({ performed: false, reason: expect.stringContaining('no file') });
  const bytes = log.files.manifest.segments.slice(0, 2).reduce((sum, one) => sum + one.bytes, 0);
  await republish(log);
  await read();
  const report = await collectFiles(log);
  expect(report).toMatchObject({
    performed: true,
    measures: [
      { name: 'logs.collect.files', value: 2 },
      { name: 'logs.collect.bytes', value: bytes },
      { name: 'logs.collect.held', value: 0 },
    ],
    problems: [],
  });
  expect(report).not.toHaveProperty('reason');
  expect(namesIn(directory)).toEqual(['00000003.seg', '00000004.seg', '00000005.seg', 'MANIFEST']);
  expect(log.files.manifest.retired).toEqual([]);
  expect(locksIn(directory)).toEqual([`pin-${log.files.manifest.pins}.lock`]);
  expect(await collectFiles(log)).toMatchObject({ performed: false });
  await read();
});

test('S9: a snapshot of the same handle, or of another, keeps its files; an older one keeps those of all later ones', async () => {
  const { directory, log, read } = await written(7);
  const reader = await TestLog.open(directory, { mode: 'read', boot: 'monday' });
  const old = await reader.driver.pin();
  const oldest = log.files.manifest.pins;
  await republish(log);
  const own = await log.pin();
  const newer = log.files.manifest.pins;
  for (let i = 0; i < 4; i++) await commit(log);
  await republish(log);
  const held = { performed: false, reason: `readers hold the lock pin-${oldest}, and 5 files with it` };
  expect(await collectFiles(log)).toMatchObject(held);
  expect(await toArray(old.view.lines('a'))).toHaveLength(7);
  await old.release();
  await reader.driver.close();
  expect(await collectFiles(log)).toMatchObject({
    performed: true,
    reason: `readers hold the lock pin-${newer}, and 3 files with it`,
    measures: [{ value: 2 }, {}, { value: 3 }, { name: 'logs.collect.pin', value: newer }],
  });
  expect(await toArray(own.view.lines('a'))).toHaveLength(7);
  await own.release();
  expect(await collectFiles(log)).toMatchObject({
    performed: true,
    measures: [{ value: 3 }, {}, { value: 0 }],
  });
  await read();
});

test('S9: a snapshot that has expired keeps nothing', async () => {
  const { log } = await written(7);
  const pin = await log.pin();
  await republish(log);
  pin.expire();
  expect(await collectFiles(log)).toMatchObject({
    performed: true,
    measures: [{ value: 2 }, {}, { value: 0 }],
  });
  await expect(toArray(pin.view.lines('a'))).rejects.toMatchObject({ code: 'SNAPSHOT_EXPIRED' });
});

test('S9: a pin lock is kept for the next snapshot for a moment, and then given back', async () => {
  const { directory, log } = await written(1);
  const reader = await TestLog.open(directory, { mode: 'read', boot: 'monday' });
  const { locks } = reader.driver;
  if (locks === undefined) throw new Error('files have locks');
  const acquire = vi.spyOn(locks, 'acquire');
  for (let i = 0; i < 5; i++) await reader.read('a');
  expect(acquire).toHaveBeenCalledTimes(0); // kept since the opening
  expect(await log.locks.remove('pin-0')).toBe(false);
  await vi.waitFor(async () => expect(await log.locks.remove('pin-0')).toBe(true), { timeout: 5_000 });
  const held = await reader.driver.pin();
  expect(acquire).toHaveBeenCalledTimes(1);
  expect(await log.locks.remove('pin-0')).toBe(false);
  await held.release();
});

test('a dry run tells what would go, and changes nothing', async () => {
  const { directory, log } = await written(7);
  await republish(log);
  const before = contentsOf(directory);
  const locks = locksIn(directory);
  expect(await collectFiles(log, { dryRun: true })).toMatchObject({
    performed: false,
    measures: [{ value: 2 }, { value: expect.any(Number) }, { value: 0 }],
  });
  const pin = await log.pin();
  expect(contentsOf(directory)).toEqual(before);
  expect(locksIn(directory)).toEqual(locks);
  await pin.release();
});

test('a collection that is aborted between two files has forgotten nothing that is there', async () => {
  const { directory, log } = await written(7);
  await republish(log);
  const aborting = AbortSignal.abort(new Error('enough'));
  await expect(collectFiles(log, { signal: aborting })).rejects.toMatchObject({ code: 'ABORTED' });
  expect(namesIn(directory)).toContain('00000001.seg');
  // Somebody else deleted one and died.
  unlinkSync(join(directory, '00000001.seg'));
  expect(await collectFiles(log)).toMatchObject({ performed: true, measures: [{ value: 1 }, {}, {}] });
  expect(log.files.manifest.retired).toEqual([]);
});

test('nothing is published when the inputs are gone, or a file that was made', async () => {
  const { directory, log, read } = await written(7);
  const before = contentsOf(directory);
  expect(await log.publish(() => undefined)).toBe(false);
  const missing = { id: 4, kind: 'sealed', bytes: 1, lastEpoch: 1, lines: 1, streams: 1 } as const;
  const withMissing = log.publish((current) => ({
    ...current,
    nextSegment: 5,
    segments: [missing, ...current.segments.slice(1)],
  }));
  expect(await withMissing).toBe(false);
  expect(contentsOf(directory)).toEqual(before);
  await read();
});

test('S2: logs, then records, are on the device before what was sorted takes the place of frames', async () => {
  const order: string[] = [];
  const disk = new FaultyFileSystem();
  const leader = {
    ...leaderAt(0),
    sync: async () => void order.push(`leader after ${disk.calls.splice(0).join()}`),
  };
  const { log } = await written(7, { leader, fileSystem: disk.fileSystem });
  disk.calls.length = 0;
  await republish(log);
  order.push(disk.calls.join());
  expect(order).toHaveLength(3);
  for (const before of order.slice(0, 2)) expect(before).toMatch(/^leader after .*fsync,/);
  for (const before of order.slice(0, 1)) expect(before).not.toContain('rename');
  expect(order[2]).toMatch(/rename,fsyncDirectory/);
});

test.each(['open', 'pwrite', 'fsync', 'rename'] as const)(
  'SF-51: %s fails while a manifest is published: it is still the old one, and the next try works',
  async (call) => {
    const disk = new FaultyFileSystem();
    const { directory, log, read } = await written(7, { fileSystem: disk.fileSystem });
    const before = contentsOf(directory);
    // The log itself is synced first, and the manifest opened to be read.
    if (call === 'fsync') disk.fail(call, '', 'EIO');
    else disk.fail(call, ...(call === 'open' ? ['', ''] : []), 'ENOSPC');
    await expect(republish(log)).rejects.toMatchObject({ code: call === 'fsync' ? 'IO' : 'NO_SPACE' });
    expect(contentsOf(directory)).toEqual(before);
    await read();
    await republish(log);
    await collectFiles(log);
    await read();
    expect(namesIn(directory)).toHaveLength(4);
  },
);

test('SF-51: a manifest that may not survive power loss poisons; opened again, the log is whole', async () => {
  const disk = new FaultyFileSystem();
  const { directory, log, close } = await written(7, { fileSystem: disk.fileSystem });
  disk.fail('fsyncDirectory', '', 'EIO');
  await expect(republish(log)).rejects.toMatchObject({ code: 'POISONED' });
  await expect(commit(log)).rejects.toMatchObject({ code: 'POISONED' });
  await expect(collectFiles(log)).rejects.toMatchObject({ code: 'POISONED' });
  await close();
  const again = await TestLog.open(directory, { boot: 'monday' });
  expect(await again.read('a')).toHaveLength(7);
  expect((await again.driver.maintenance?.verify?.())?.problems).toEqual([]);
});

test('S9: a writer that opens beside a reader deletes strays, and nothing that is pinned', async () => {
  const { directory, log, close } = await written(7);
  const reader = await TestLog.open(directory, { mode: 'read', boot: 'monday' });
  const pin = await reader.driver.pin();
  await republish(log);
  await close();
  // What a compaction left that died.
  writeFileSync(join(directory, '00000002.sealed'), 'x'.repeat(1000));
  const again = await TestLog.open(directory, { boot: 'monday', segmentBytes: 4096 });
  expect(namesIn(directory)).not.toContain('00000002.sealed');
  expect(await toArray(pin.view.lines('a'))).toHaveLength(7);
  expect(await again.driver.maintenance?.collect?.()).toMatchObject({ performed: false });
  await pin.release();
  await reader.close();
  expect(await again.driver.maintenance?.collect?.()).toMatchObject({ performed: true });
  expect(namesIn(directory)).toHaveLength(4);
});

test('S6: a reader can not collect', async () => {
  const { directory } = await written(1);
  const reader = await TestLog.open(directory, { mode: 'read', boot: 'monday' });
  await expect(reader.driver.maintenance?.collect?.()).rejects.toMatchObject({ code: 'READ_ONLY' });
});
