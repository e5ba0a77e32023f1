import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { appendLines, pruneLines, toArray } from '@stepwell/core';
import { expect, test } from 'vitest';
import { nodeFileSystem } from '../file-system/node-file-system.ts';
import { contentsOf, flipBit } from '../fixtures/files.ts';
import { tempDirectory } from '../fixtures/temp-directory.ts';
import { leaderAt, TestLog } from '../fixtures/test-log.ts';
import { ManifestFile } from './manifest-file.ts';

/** Five segments, three streams, one of them only in the first two segments, and a prune. */
async function backlog(): Promise<{ directory: string; path: (segment: number) => string }> {
  const directory = tempDirectory();
  const log = await TestLog.open(directory, { segmentBytes: 4096 });
  for (let i = 1; i <= 18; i++) {
    const early = i <= 6 ? [appendLines('early', [`e${i}`])] : [];
    const prune = i === 8 ? [pruneLines('late', 2)] : [];
    await log.write([...early, ...prune, appendLines('late', [`${i} ${'.'.repeat(900)}`, `${i} more`])]);
  }
  await log.close();
  return { directory, path: (segment) => join(directory, `0000000${segment}.seg`) };
}

async function readAll(log: TestLog): Promise<unknown> {
  return await log.withView(async (view) => ({
    names: await toArray(view.streams()),
    early: await toArray(view.lines('early')),
    late: await toArray(view.lines('late')),
    last: await toArray(view.lines('late', { last: 25 })),
    info: [await view.info('early'), await view.info('late'), await view.info('none')],
    found: await toArray(view.search('more')),
  }));
}

/** Takes the summaries out of the manifest: then every segment is scanned. */
async function forgetSummaries(directory: string): Promise<void> {
  const file = new ManifestFile(nodeFileSystem, directory);
  const manifest = file.read();
  if (manifest === undefined) throw new Error('there is no manifest');
  const segments = manifest.segments.map((segment) => {
    return segment.kind === 'sealed' ? segment : { id: segment.id, kind: segment.kind, bytes: segment.bytes };
  });
  await file.replace(manifest, { ...manifest, generation: manifest.generation + 1, segments });
}

test('SF-50: what is read by the indexes of complete segments is what is read by scanning them', async () => {
  const { directory } = await backlog();
  const log = await TestLog.open(directory);
  const byIndex = await readAll(log);
  const clamped = await log.read('late', {}, 7);
  await log.close();
  await forgetSummaries(directory);
  const scanned = await TestLog.open(directory);
  expect(byIndex).toEqual(await readAll(scanned));
  expect(clamped).toEqual(await scanned.read('late', {}, 7));
  expect(byIndex).toMatchObject({
    names: ['early', 'late'],
    info: [{ lines: 6 }, { lines: 36, first: 3 }, undefined],
  });
  expect((await scanned.driver.maintenance?.verify?.())?.problems).toEqual([]);
});

test('opening a log reads no complete segment, and writing goes on in streams that only these know', async () => {
  const { directory, path } = await backlog();
  const kept = readFileSync(path(2));
  writeFileSync(path(2), Buffer.alloc(kept.length));
  const log = await TestLog.open(directory, { segmentBytes: 4096 });
  expect(log.head.epoch).toBe(18);
  await expect(log.read('late')).rejects.toMatchObject({ code: 'CORRUPT' });
  writeFileSync(path(2), kept);
  await log.append('early', 'e7');
  await log.append('new', 'n1');
  expect(await log.read('early', { last: 2 })).toEqual(['6:e6', '7:e7']);
  expect(await log.read('new')).toEqual(['1:n1']);
  const { results } = await log.driver
    .prepare([{ ops: [pruneLines('late', 4)] }], {
      epoch: log.head.epoch + 1,
      at: 0,
      durability: 'process-crash',
    })
    .then(async (prepared) => {
      await prepared.commit({});
      return { results: prepared.verdicts };
    });
  expect(results).toEqual([{ state: 'ready', results: [{ stream: 'late', first: 5 }] }]);
  expect((await log.read('late'))[0]).toMatch(/^5:3 /);
  expect((await log.driver.maintenance?.verify?.())?.problems).toEqual([]);
});

test('SD-60: every bit of an index that is turned over is refused with file and offset when it is read, or read as before', {
  timeout: 120_000,
}, async () => {
  const { directory, path } = await backlog();
  const file = new ManifestFile(nodeFileSystem, directory);
  const entry = file.read()?.segments[1];
  if (entry?.kind !== 'frames' || entry.summary === undefined) throw new Error('there is no index');
  const whole = readFileSync(path(entry.id));
  const log = await TestLog.open(directory, { mode: 'read' });
  const before = await readAll(log);
  await log.close();
  let refused = 0;
  for (let bit = entry.summary.index * 8; bit < whole.length * 8; bit += 3) {
    writeFileSync(path(entry.id), flipBit(whole, bit));
    const again = await TestLog.open(directory, { mode: 'read' });
    const after = await readAll(again).catch((error: unknown) => error);
    if (after instanceof Error) {
      const offset = expect.any(Number);
      expect(after).toMatchObject({ code: 'CORRUPT', details: { file: path(entry.id), offset } });
      refused += 1;
    } else expect(after).toEqual(before);
    const problems = (await again.driver.maintenance?.verify?.())?.problems ?? [];
    expect(problems[0], `bit ${bit}`).toMatchObject({ where: path(entry.id) });
    await again.close();
  }
  expect(refused).toBeGreaterThan(100);
});

test('verify tells an index that is intact and not that of its segment, and a summary that is not', async () => {
  const { directory, path } = await backlog();
  const file = new ManifestFile(nodeFileSystem, directory);
  const manifest = file.read();
  if (manifest === undefined) throw new Error('there is no manifest');
  const segments = manifest.segments.map((segment, i) => {
    if (i !== 1 || segment.kind !== 'frames' || segment.summary === undefined) return segment;
    return { ...segment, summary: { ...segment.summary, prunes: 9 } };
  });
  await file.replace(manifest, { ...manifest, generation: manifest.generation + 1, segments });
  const log = await TestLog.open(directory, { mode: 'read' });
  expect((await log.driver.maintenance?.verify?.())?.problems).toMatchObject([
    { id: 'log.index.contents', where: path(2) },
  ]);
});

test('S1: after a power cut that took commits of the leader, a complete segment is cut, and its index with it', async () => {
  const { directory } = await backlog();
  const leader = leaderAt(6, 6, { early: 6, late: 12 });
  const log = await TestLog.open(directory, { leader, boot: 'another' });
  expect(log.head.epoch).toBe(6);
  expect((await log.read('late', {}, 6)).length).toBe(12);
  expect(log.warnings.map(({ id, details }) => [id, details?.commits])).toEqual([['log.tail.cut', 12]]);
  await log.append('late', 'again');
  const report = await log.driver.maintenance?.verify?.();
  expect(report?.problems).toEqual([]);
  await log.close();
  const again = await TestLog.open(directory, {
    leader: leaderAt(7, 7, { early: 6, late: 13 }),
    boot: 'another',
  });
  expect(await again.read('late', { last: 1 }, 7)).toEqual(['13:again']);
});

test('an index that a roll left which died is gone over, and the next one is of the whole segment', async () => {
  const { directory } = await backlog();
  const before = contentsOf(directory);
  const file = new ManifestFile(nodeFileSystem, directory);
  const manifest = file.read();
  if (manifest === undefined) throw new Error('there is no manifest');
  // As if the last roll had died before its manifest: the segment before is appended to, and ends with an index.
  const [last, dropped] = manifest.segments.slice(-2);
  if (last === undefined || dropped === undefined) throw new Error('there are no two segments');
  const segments = [...manifest.segments.slice(0, -2), { id: last.id, kind: 'frames' as const, bytes: 64 }];
  await file.replace(manifest, {
    ...manifest,
    generation: manifest.generation + 1,
    segments,
    nextSegment: dropped.id,
  });
  rmSync(join(directory, `0000000${dropped.id}.seg`));
  const log = await TestLog.open(directory, { segmentBytes: 8192 });
  expect(log.warnings).toEqual([]);
  const { epoch } = log.head;
  for (let i = 0; i < 6; i++) await log.append('late', `${i} ${'.'.repeat(900)}`);
  const path = join(directory, `0000000${last.id}.seg`);
  expect(readFileSync(path).length).toBeGreaterThan(before.get(`0000000${last.id}.seg`)?.length ?? 0);
  await log.close();
  const again = await TestLog.open(directory, { segmentBytes: 8192 });
  expect(again.head.epoch).toBe(epoch + 6);
  expect((await again.read('late', { last: 6 })).map((line) => line.split(' ')[0]?.split(':')[1])).toEqual([
    '0',
    '1',
    '2',
    '3',
    '4',
    '5',
  ]);
  expect((await again.driver.maintenance?.verify?.())?.problems).toEqual([]);
});
