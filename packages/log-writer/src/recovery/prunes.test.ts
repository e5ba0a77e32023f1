import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { appendLines, combine, openStore, pruneLines, putExecution, toArray } from '@stepwell/core';
import { MemoryDisk, memoryRecords } from '@stepwell/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { fileLogs } from '../driver/file-logs.ts';
import { contentsOf, firstSegment, flipBit } from '../fixtures/files.ts';
import { tempDirectory } from '../fixtures/temp-directory.ts';
import { leaderAt, TestLog } from '../fixtures/test-log.ts';

async function infoOf(log: TestLog, stream: string, clampTo?: number) {
  return await log.withView(async (view) => await view.info(stream), clampTo);
}

async function namesOf(log: TestLog): Promise<string[]> {
  return await log.withView(async (view) => await toArray(view.streams()));
}

test('S3: prunes take what there is at their place among the ops of a commit, and numbers are never used again', async () => {
  const directory = tempDirectory();
  const log = await TestLog.open(directory);
  const ops = [
    appendLines('a', ['1', '22', '333']),
    pruneLines('a', 2),
    appendLines('b', ['gone']),
    pruneLines('b'),
    appendLines('b', ['kept']),
    pruneLines('none'),
    pruneLines('a', 1),
  ];
  const meta = { epoch: 1, at: 0, durability: 'process-crash' } as const;
  const prepared = await log.driver.prepare([{ ops: ops.slice(0, 3) }, { ops: ops.slice(3) }], meta);
  expect(prepared.verdicts).toEqual([
    {
      state: 'ready',
      results: [
        { stream: 'a', first: 1, last: 3 },
        { stream: 'a', first: 3 },
        { stream: 'b', first: 1, last: 1 },
      ],
    },
    {
      state: 'ready',
      results: [
        { stream: 'b', first: 2 },
        { stream: 'b', first: 2, last: 2 },
        { stream: 'none', first: 1 },
        { stream: 'a', first: 3 },
      ],
    },
  ]);
  await prepared.commit({});
  await log.close();
  const again = await TestLog.open(directory);
  expect(await again.read('a')).toEqual(['3:333']);
  expect(await again.read('b')).toEqual(['2:kept']);
  expect(await infoOf(again, 'a')).toMatchObject({ first: 3, lines: 3, bytes: 3 });
  expect(await infoOf(again, 'none')).toBeUndefined();
  await again.write([pruneLines('b', 1000)]);
  expect(await namesOf(again)).toEqual(['a']);
  expect(await infoOf(again, 'b')).toEqual({
    stream: 'b',
    first: 3,
    lines: 2,
    bytes: 0,
    firstAt: null,
    lastAt: null,
    lost: [],
  });
  await again.append('b', 'third');
  expect(await again.read('b')).toEqual(['3:third']);
  expect((await again.driver.maintenance?.verify?.())?.problems).toEqual([]);
});

test('S4: a prune in a later segment hides lines of earlier ones, and not from snapshots before it', async () => {
  const directory = tempDirectory();
  const log = await TestLog.open(directory, { segmentBytes: 4096 });
  for (let i = 1; i <= 30; i++) await log.append('a', `${i} ${'.'.repeat(500)}`, 'and');
  const reader = await TestLog.open(directory, { mode: 'read' });
  const old = await reader.driver.pin();
  await log.write([pruneLines('a', 25)]);
  await log.append('a', 'last');
  for (const handle of [log, reader, await TestLog.open(directory, { mode: 'read' })]) {
    expect((await handle.read('a', { to: 27 })).map((line) => line.slice(0, 5))).toEqual(['26:an', '27:14']);
    expect((await handle.read('a', { last: 1000 })).length).toBe(36);
    expect((await handle.read('a', { reverse: true })).length).toBe(36);
    expect(await infoOf(handle, 'a')).toMatchObject({ first: 26, lines: 61 });
  }
  expect((await toArray(old.view.lines('a'))).length).toBe(60);
  expect(await old.view.info('a')).toMatchObject({ first: 1, lines: 60 });
  await old.release();
});

test('S1: a prune above the epoch of the leader never happened; without lines it is a commit all the same', async () => {
  const directory = tempDirectory();
  const log = await TestLog.open(directory, { leader: leaderAt(0) });
  await log.append('a', 'one', 'two');
  const meta = { epoch: 2, at: 0, durability: 'process-crash' } as const;
  await log.driver.prepare([{ ops: [pruneLines('a')] }], meta);
  await log.close();
  const again = await TestLog.open(directory, { leader: leaderAt(1) });
  expect(again.warnings).toMatchObject([{ id: 'log.tail.cut', details: { commits: 1, lines: 0 } }]);
  expect(await again.read('a')).toEqual(['1:one', '2:two']);
  await again.write([pruneLines('a', 1)]);
  expect(again.head.epoch).toBe(2);
  await again.close();
  const third = await TestLog.open(directory, { leader: leaderAt(2) });
  expect(third.warnings).toEqual([]);
  expect(await third.read('a')).toEqual(['2:two']);
});

test('S2: lines that a power cut takes are lost from behind those that were pruned', async () => {
  const directory = tempDirectory();
  const log = await TestLog.open(directory, { leader: leaderAt(0), boot: 'monday' });
  await log.append('a', 'one', 'two');
  await log.write([pruneLines('a')]);
  const { length } = readFileSync(firstSegment(directory));
  await log.append('a', 'three');
  await log.close();
  truncateSync(firstSegment(directory), length);
  const leader = leaderAt(3, 3, { a: 3 });
  for (const mode of ['read', 'write', 'write'] as const) {
    const again = await TestLog.open(directory, { leader, boot: 'tuesday', mode });
    expect(await infoOf(again, 'a', 3)).toMatchObject({
      first: 3,
      lines: 3,
      bytes: 0,
      lost: [{ from: 3, to: 3 }],
    });
    if (mode === 'write') await again.close();
  }
});

test('SD-60: every bit of a prune that is turned over is refused, and nothing is cut', async () => {
  const directory = tempDirectory();
  const log = await TestLog.open(directory);
  await log.append('a', 'one', 'two');
  const begin = readFileSync(firstSegment(directory)).length;
  await log.write([pruneLines('a', 1), appendLines('a', ['three'])]);
  await log.close();
  const path = firstSegment(directory);
  const whole = readFileSync(path);
  for (let bit = begin * 8; bit < whole.length * 8; bit += 3) {
    writeFileSync(path, flipBit(whole, bit));
    await expect(TestLog.open(directory)).rejects.toMatchObject({
      code: 'CORRUPT',
      details: { file: path, offset: begin },
    });
  }
  writeFileSync(path, whole);
  expect(contentsOf(directory).get('00000001.seg')).toEqual(whole);
  expect(await (await TestLog.open(directory)).read('a')).toEqual(['2:two', '3:three']);
});

test('S1: prunes, lines and records commit together', async () => {
  const directory = tempDirectory();
  const store = await openStore(
    combine({ records: memoryRecords({ disk: new MemoryDisk() }), logs: fileLogs({ directory }) }),
  );
  onTestFinished(() => store.close());
  await store.write([appendLines('a', ['one', 'two'])]);
  const { results } = await store.write([
    putExecution({ id: 'e', name: 'e', createdAt: 0 }),
    pruneLines('a', 1),
  ]);
  expect(results[1]).toEqual({ stream: 'a', first: 2 });
  await store.withSnapshot(async ({ view }) => {
    expect((await toArray(view.logs.lines('a'))).map(({ number }) => number)).toEqual([2]);
    expect(await view.records.get('execution', 'e')).toBeDefined();
  });
  expect((await store.maintenance.verify()).problems).toEqual([]);
});
