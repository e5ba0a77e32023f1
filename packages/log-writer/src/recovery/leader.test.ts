import { copyFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { appendLines, toArray } from '@stepwell/core';
import { expect, onTestFinished, test, vi } from 'vitest';
import { FaultyFileSystem } from '../fixtures/faulty-file-system.ts';
import { contentsOf, firstSegment, flipBit } from '../fixtures/files.ts';
import { tempDirectory } from '../fixtures/temp-directory.ts';
import { leaderAt, TestLog } from '../fixtures/test-log.ts';
import { segmentHeaderBytes } from '../format/segment-header.ts';

/** Appends lines as a process that dies before its leader commits. */
async function appendAndDie(log: TestLog, stream: string, ...lines: string[]): Promise<void> {
  const epoch = log.head.epoch + 1;
  await log.driver.prepare([{ ops: [appendLines(stream, lines)] }], {
    epoch,
    at: 0,
    durability: 'process-crash',
  });
  await log.close();
}

test('S1: frames above the epoch of the leader never happened; their numbers are used again', async () => {
  const directory = tempDirectory();
  const log = await TestLog.open(directory, { leader: leaderAt(0) });
  await log.append('a', 'one');
  await appendAndDie(log, 'a', 'never');

  const reader = await TestLog.open(directory, { mode: 'read', leader: leaderAt(1) });
  expect(await reader.read('a', {}, 1)).toEqual(['1:one']);

  const next = await TestLog.open(directory, { leader: leaderAt(1) });
  expect(next.head.epoch).toBe(1);
  expect(next.warnings).toMatchObject([{ id: 'log.tail.cut' }]);
  await next.append('a', 'two');
  expect(await next.read('a')).toEqual(['1:one', '2:two']);
  expect(await reader.read('a', {}, 2), 'the reader that saw the dead frame').toEqual(['1:one', '2:two']);
});

test('S5: refresh takes over from a writer that died between its append and the commit of the leader', async () => {
  const directory = tempDirectory();
  const survivor = await TestLog.open(directory, { leader: leaderAt(0) });
  const victim = await TestLog.open(directory, { leader: leaderAt(0) });
  await victim.append('a', 'one');
  await appendAndDie(victim, 'a', 'never', 'ever');
  await survivor.refresh(leaderAt(1));
  await survivor.append('a', 'two');
  expect(await survivor.read('a')).toEqual(['1:one', '2:two']);
});

test('S5: refresh cuts an append that a writer died in the middle of', async () => {
  const directory = tempDirectory();
  const survivor = await TestLog.open(directory, { leader: leaderAt(0) });
  const victim = await TestLog.open(directory, { leader: leaderAt(0) });
  await victim.append('a', 'one');
  await appendAndDie(victim, 'a', 'never');
  truncateSync(firstSegment(directory), readFileSync(firstSegment(directory)).length - 1);
  await survivor.refresh(leaderAt(1));
  await survivor.append('a', 'two');
  expect(await survivor.read('a')).toEqual(['1:one', '2:two']);
});

test('S2: a commit of unclear outcome is settled by refresh, either way', async () => {
  const directory = tempDirectory();
  const log = await TestLog.open(directory, { leader: leaderAt(0) });
  const prepare = async (line: string) =>
    await log.driver.prepare([{ ops: [appendLines('a', [line])] }], {
      epoch: log.head.epoch + 1,
      at: 0,
      durability: 'process-crash',
    });
  await prepare('committed after all');
  await log.refresh(leaderAt(1));
  expect(await log.read('a')).toEqual(['1:committed after all']);
  const prepared = await prepare('not committed');
  await log.refresh(leaderAt(1));
  await prepared.rollback();
  expect(await log.read('a')).toEqual(['1:committed after all']);
  await log.append('a', 'next');
  expect(await log.read('a')).toEqual(['1:committed after all', '2:next']);
});

test('a frame whose commit was forgotten does not get in the way of the next one', async () => {
  const log = await TestLog.open(tempDirectory());
  await log.append('a', 'one');
  await log.driver.prepare([{ ops: [appendLines('a', ['forgotten'])] }], {
    epoch: 2,
    at: 0,
    durability: 'power-loss',
  });
  await log.append('a', 'two');
  expect(await log.read('a')).toEqual(['1:one', '2:two']);
});

test('S4: a pin is clamped to what the leader shows, also beyond what this handle has seen', async () => {
  // However long it takes: the reader goes on trusting the manifest that it saw a moment ago.
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const directory = tempDirectory();
  const writer = await TestLog.open(directory, { leader: leaderAt(0), segmentBytes: 4096 });
  await writer.append('a', 'one');
  const reader = await TestLog.open(directory, { mode: 'read', leader: leaderAt(1) });
  for (let i = 2; i <= 100; i++) await writer.append('a', `${i} ${'.'.repeat(100)}`);
  await appendAndDie(writer, 'a', 'never');

  // Whoever pins without looking at the files is told when there are newer ones, and pins again.
  const stale = await reader.driver.pin();
  expect(await stale.isCurrent?.(100)).toBe(false);
  await stale.release();
  const pin = await reader.driver.pin();
  await writer.close();
  expect(await pin.isCurrent?.(100)).toBe(true);
  pin.clamp?.(60);
  expect(await pin.view.info('a')).toMatchObject({ lines: 60 });
  await pin.release();
  expect((await reader.read('a', { last: 1 }, 100))[0]).toMatch(/^100:100 /);
  expect((await reader.read('a', { last: 1 }, 40))[0]).toMatch(/^40:40 /);
});

test('S4: a handle that has indexed all that its leader knows of need not look at the files', async () => {
  const directory = tempDirectory();
  const disk = new FaultyFileSystem();
  const writer = await TestLog.open(directory, { leader: leaderAt(0), fileSystem: disk.fileSystem });
  await writer.append('a', 'one');
  await writer.append('a', 'two');
  disk.calls.length = 0;
  const pin = await writer.driver.pin();
  await writer.append('a', 'three');
  disk.calls.length = 0;
  expect(await pin.isCurrent?.(2)).toBe(true);
  pin.clamp?.(2);
  expect(await pin.view.info('a')).toMatchObject({ lines: 2 });
  expect(disk.calls).toEqual([]);
  await pin.release();
});

test('S4: isCurrent tells when a new segment was begun after the pin', async () => {
  const directory = tempDirectory();
  const writer = await TestLog.open(directory, { leader: leaderAt(0), segmentBytes: 4096 });
  const pin = await writer.driver.pin();
  expect(await pin.isCurrent?.()).toBe(true);
  for (let i = 0; i < 100; i++) await writer.append('a', '.'.repeat(100));
  expect(await pin.isCurrent?.()).toBe(false);
  await pin.release();
});

test('S2: after a power cut that took lines of committed work, they are recorded as lost, and their numbers stay used', async () => {
  const directory = tempDirectory();
  const log = await TestLog.open(directory, { leader: leaderAt(0), boot: 'monday' });
  await log.append('a', 'one');
  const { length } = readFileSync(firstSegment(directory));
  await log.append('a', 'two', 'three');
  await log.append('b', 'first of b');
  await log.close();
  truncateSync(firstSegment(directory), length + 10);
  const leader = leaderAt(7, 3, { a: 3, b: 1 });

  const reader = await TestLog.open(directory, { mode: 'read', leader, boot: 'tuesday' });
  expect(reader.warnings).toMatchObject([{ id: 'log.lines.lost', details: { lines: 3 } }]);
  const infoOf = async (from: TestLog, stream: string) =>
    await from.withView(async (view) => await view.info(stream), 7);
  expect(await infoOf(reader, 'a')).toMatchObject({ lines: 3, lost: [{ from: 2, to: 3 }] });
  expect(readFileSync(firstSegment(directory)).length, 'readers write nothing').toBe(length + 10);

  for (let times = 0; times < 3; times++) {
    const again = await TestLog.open(directory, { leader, boot: 'tuesday' });
    expect(again.warnings.map(({ id }) => id)).toEqual(times === 0 ? ['log.tail.cut', 'log.lines.lost'] : []);
    expect(await infoOf(again, 'a')).toMatchObject({ lines: 3, bytes: 3, lost: [{ from: 2, to: 3 }] });
    expect(await infoOf(again, 'b')).toMatchObject({
      lines: 1,
      bytes: 0,
      firstAt: null,
      lost: [{ from: 1, to: 1 }],
    });
    await again.close();
  }
  const next = await TestLog.open(directory, { leader, boot: 'tuesday' });
  next.head = { ...next.head, epoch: 7 };
  await next.append('a', 'four');
  expect(await next.read('a', { last: 2 }, 8)).toEqual(['1:one', '4:four']);
  expect(await next.read('a', { from: 2, to: 3 }, 8)).toEqual([]);
  expect(await reader.read('a', {}, 8), 'the reader that was there before').toEqual(['1:one', '4:four']);
});

test('S7: without a reboot, a damaged frame that the leader knows of is refused and not called lost', async () => {
  const directory = tempDirectory();
  const log = await TestLog.open(directory, { leader: leaderAt(0) });
  await log.append('a', 'one');
  const { length } = readFileSync(firstSegment(directory));
  await log.append('a', 'two');
  await log.close();
  truncateSync(firstSegment(directory), length + 20);
  const before = contentsOf(directory);
  const leader = leaderAt(2, 2, { a: 2 });
  await expect(TestLog.open(directory, { leader })).rejects.toMatchObject({
    code: 'CORRUPT',
    details: { file: firstSegment(directory), offset: length },
  });
  await expect(TestLog.open(directory, { mode: 'read', leader })).rejects.toMatchObject({ code: 'CORRUPT' });
  expect(contentsOf(directory)).toEqual(before);
});

test('S1: after a power cut that took commits of the leader, whole segments above its epoch go', async () => {
  const directory = tempDirectory();
  const log = await TestLog.open(directory, { leader: leaderAt(0), segmentBytes: 4096, boot: 'monday' });
  for (let i = 1; i <= 200; i++) await log.append('a', `${i} ${'.'.repeat(60)}`);
  await log.close();
  expect(contentsOf(directory).size).toBeGreaterThan(4);
  const again = await TestLog.open(directory, { leader: leaderAt(20), segmentBytes: 4096, boot: 'tuesday' });
  expect([...contentsOf(directory).keys()]).toEqual(['00000001.seg', 'MANIFEST']);
  expect((await again.read('a', { last: 1 }))[0]).toMatch(/^20:20 /);
  await again.append('a', 'and on');
  await again.close();
  const third = await TestLog.open(directory, { leader: leaderAt(21), boot: 'tuesday' });
  expect(await third.read('a', { last: 1 })).toEqual(['21:and on']);
  // Once more, below what the manifest had called durable.
  await third.close();
  const fourth = await TestLog.open(directory, { leader: leaderAt(5), boot: 'wednesday' });
  expect((await fourth.read('a', { last: 1 }))[0]).toMatch(/^5:5 /);
});

test('S7: after a reboot, above the durable mark, the log is cut at the first invalid frame; below it, refused', async () => {
  const directory = tempDirectory();
  const log = await TestLog.open(directory, { boot: 'monday' });
  await log.append('a', 'one');
  await log.driver.sync();
  const mark = readFileSync(firstSegment(directory)).length;
  await log.append('a', 'two');
  await log.append('a', 'three');
  await log.close();
  const path = firstSegment(directory);
  const whole = readFileSync(path);

  writeFileSync(path, flipBit(whole, (segmentHeaderBytes + 3) * 8));
  await expect(TestLog.open(directory, { boot: 'tuesday' })).rejects.toMatchObject({
    code: 'CORRUPT',
    details: { file: path, offset: segmentHeaderBytes },
  });

  writeFileSync(path, flipBit(whole, (mark + 3) * 8));
  await expect(TestLog.open(directory, { boot: 'monday' })).rejects.toMatchObject({
    code: 'CORRUPT',
    details: { file: path, offset: mark },
  });
  const again = await TestLog.open(directory, { boot: 'tuesday' });
  expect(again.warnings).toMatchObject([
    { id: 'log.tail.cut', details: { file: path, offset: mark, bytes: whole.length - mark, rebooted: true } },
  ]);
  expect(await again.read('a')).toEqual(['1:one']);
});

test('S7: blocks of zeros, and of another file, that a power cut leaves behind the end are no frames', async () => {
  const directory = tempDirectory();
  const log = await TestLog.open(directory, { boot: 'monday' });
  await log.append('a', 'one');
  await log.close();
  const path = firstSegment(directory);
  const whole = readFileSync(path);
  for (const rest of [Buffer.alloc(9000), whole, whole.subarray(segmentHeaderBytes)]) {
    writeFileSync(path, Buffer.concat([whole, rest]));
    copyFileSync(path, `${path}.kept`);
    const again = await TestLog.open(directory, { boot: `after ${rest.length}` });
    expect(await again.read('a')).toEqual(['1:one']);
    await again.close();
    expect(readFileSync(path)).toEqual(whole);
  }
});

test('S3: the lineage changes with a reboot, and only then', async () => {
  const directory = tempDirectory();
  const lineages: string[] = [];
  for (const boot of ['monday', 'monday', 'tuesday', 'tuesday']) {
    const log = await TestLog.open(directory, { boot });
    lineages.push(log.head.lineage);
    await log.append('a', boot);
    await log.close();
  }
  expect(new Set(lineages).size).toBe(2);
  expect(lineages[0]).toBe(lineages[1]);
  expect(lineages[2]).toBe(lineages[3]);
});

test('S7: after a reboot, whatever bit has turned over, what is read is a run of whole commits, or nothing at all', {
  timeout: 120_000,
}, async () => {
  const directory = tempDirectory();
  const log = await TestLog.open(directory, { boot: 'monday' });
  await log.append('a', 'one');
  await log.driver.sync();
  await log.append('a', 'two');
  await log.append('a', 'three');
  await log.close();
  const path = firstSegment(directory);
  const files = contentsOf(directory);
  const whole = readFileSync(path);
  const read: number[] = [];
  for (let bit = 0; bit < whole.length * 8; bit += 5) {
    for (const [name, bytes] of files) writeFileSync(join(directory, name), bytes);
    writeFileSync(path, flipBit(whole, bit));
    const again = await TestLog.open(directory, { boot: 'tuesday' }).catch((error: unknown) => {
      expect(error).toMatchObject({ code: 'CORRUPT', details: { file: path } });
    });
    if (again === undefined) continue;
    const lines = await again.read('a');
    expect(lines).toEqual(['1:one', '2:two', '3:three'].slice(0, lines.length));
    read.push(lines.length);
    await again.close();
  }
  // Damage below the durable mark is refused: the first commit is never missing.
  expect(new Set(read)).toEqual(new Set([1, 2]));
});

test('S4: alone, a frame that a reader saw and its writer took back is never taken for the one in its place', async () => {
  const directory = tempDirectory();
  const writer = await TestLog.open(directory);
  const other = await TestLog.open(directory);
  await writer.append('a', 'one');
  const meta = { epoch: 2, at: 0, durability: 'process-crash' } as const;
  const prepared = await writer.driver.prepare([{ ops: [appendLines('a', ['back'])] }], meta);
  const pin = await other.driver.pin();
  expect(pin.head.epoch).toBe(2);
  await prepared.rollback();
  await writer.append('a', 'good');
  await expect(toArray(pin.view.lines('a'))).rejects.toMatchObject({ code: 'CORRUPT' });
  await pin.release();
  await other.refresh();
  expect(await other.read('a')).toEqual(['1:one', '2:good']);
  await other.append('a', 'three');
  await writer.refresh();
  expect(await writer.read('a')).toEqual(['1:one', '2:good', '3:three']);
});

test('S2: after a power cut that took commits of the leader, the warning says how many lines went with them', async () => {
  const directory = tempDirectory();
  const log = await TestLog.open(directory, { leader: leaderAt(0), segmentBytes: 4096, boot: 'monday' });
  for (let i = 1; i <= 50; i++) await log.append('a', `${i} ${'.'.repeat(200)}`, 'and');
  await log.close();
  const { warnings } = await TestLog.open(directory, { leader: leaderAt(24), boot: 'tuesday' });
  expect(warnings).toMatchObject([
    { id: 'log.tail.cut', details: { reason: 'above', commits: 26, lines: 52, recorded: 24, last: 50 } },
  ]);
  const [{ message = '' } = {}] = warnings;
  expect(message).toContain('52 lines of 26 commits (epochs 25 to 50');
  expect(message).toContain('the records lost them in the power failure');
});

test('S11: of writes of its own that fail one after the other a handle tells once, until one succeeds', async () => {
  const log = await TestLog.open(tempDirectory(), { leader: leaderAt(0) });
  const fail = async (epoch: number) => {
    const meta = { epoch: epoch + 1, at: 0, durability: 'process-crash' } as const;
    await log.driver.prepare([{ ops: [appendLines('a', ['no room for its records'])] }], meta);
    await log.refresh(leaderAt(epoch));
  };
  for (let times = 0; times < 5; times++) await fail(0);
  expect(log.warnings).toMatchObject([{ id: 'log.tail.cut', details: { commits: 1, lines: 1 } }]);
  expect(log.warnings[0]?.message).toContain('1 line of 1 commit (epoch 1,');
  await log.append('a', 'one');
  for (let times = 0; times < 5; times++) await fail(1);
  expect(log.warnings).toHaveLength(2);
  expect(await log.read('a')).toEqual(['1:one']);
});
