import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { appendLines, memoryLocks, pruneLines, StoreError, toArray } from '@stepwell/core';
import { expect, test } from 'vitest';
import { figuresOf, openLogs, segmentFiles } from '../fixtures/compacted.ts';
import { contentsOf } from '../fixtures/files.ts';
import { tempDirectory } from '../fixtures/temp-directory.ts';

type Logs = Awaited<ReturnType<typeof openLogs>>['store'];

/** Lines of 1,000 bytes, so that three or four fill a segment. */
async function fill(store: Logs, from: number, count: number, stream = 'a'): Promise<void> {
  for (let number = from; number < from + count; number++) {
    await store.write([appendLines(stream, [`line ${number} ${'.'.repeat(1000)}`])]);
  }
}

async function numbers(store: Logs, stream = 'a'): Promise<number[]> {
  return await store.withSnapshot(async ({ view }) =>
    (await toArray(view.lines(stream))).map(({ number, text }) => {
      expect(text).toMatch(new RegExp(`^line ${number} `));
      return number;
    }),
  );
}

const upTo = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

test('compact seals what is complete, leaves the active segment, and merges eight that are alike', async () => {
  const directory = tempDirectory();
  const { store } = await openLogs(directory);
  await fill(store, 1, 10);
  const { frames } = segmentFiles(directory);
  const first = await store.maintenance.compact();
  expect(first).toMatchObject({ performed: true, problems: [] });
  expect(first).not.toHaveProperty('reason');
  expect(figuresOf(first)).toMatchObject({
    'segments.before': frames.length,
    'segments.after': frames.length,
    sealed: frames.length - 1,
    merged: 0,
    'lines.dropped': 0,
  });
  expect(figuresOf(first)['bytes.after']).toBeLessThan(figuresOf(first)['bytes.before'] ?? 0);
  // Nobody reads them: what was replaced went at once.
  expect(segmentFiles(directory)).toMatchObject({
    frames: [frames.at(-1)],
    sealed: { length: frames.length - 1 },
  });
  expect(await numbers(store)).toEqual(upTo(1, 10));

  await fill(store, 11, 30);
  const second = await store.maintenance.compact();
  expect(figuresOf(second).merged).toBeGreaterThanOrEqual(8);
  expect(segmentFiles(directory).sealed.length).toBeLessThan(8);
  expect(await numbers(store)).toEqual(upTo(1, 40));

  const third = await store.maintenance.compact();
  expect(third).toMatchObject({
    performed: false,
    reason: expect.stringContaining('all complete segments are sealed'),
  });
  expect((await store.maintenance.verify()).problems).toEqual([]);
});

test('stats tell what is sealed, what waits for it, and what is kept for readers', async () => {
  const { store } = await openLogs(tempDirectory());
  await fill(store, 1, 10);
  const figures = async () => {
    const told = new Map((await store.stats()).map(({ name, value }) => [name, value]));
    const of = (what: string) => told.get(`logs.${what}.segments`);
    return [of('sealed'), of('backlog'), of('retired')];
  };
  const [, backlog = 0] = await figures();
  expect(await figures()).toEqual([0, backlog, 0]);
  expect(backlog).toBeGreaterThan(2);
  const snapshot = await store.snapshot();
  await store.maintenance.compact();
  expect(await figures()).toEqual([backlog, 0, backlog]);
  await snapshot.close();
  await store.maintenance.collect();
  expect(await figures()).toEqual([backlog, 0, 0]);
});

test('full begins a new segment, and leaves one that is sealed; a second time there is nothing to do', async () => {
  const directory = tempDirectory();
  const { store } = await openLogs(directory);
  await fill(store, 1, 20);
  expect(await store.maintenance.compact({ full: true })).toMatchObject({ performed: true });
  expect(segmentFiles(directory)).toMatchObject({ frames: { length: 1 }, sealed: { length: 1 } });
  expect(await numbers(store)).toEqual(upTo(1, 20));
  const before = contentsOf(directory);
  expect(await store.maintenance.compact({ full: true })).toMatchObject({ performed: false });
  expect(contentsOf(directory)).toEqual(before);

  // Numbers and epochs go on, also for whoever opens it without any line in memory.
  await store.close();
  const again = await openLogs(directory);
  await fill(again.store, 21, 1);
  expect(await numbers(again.store)).toEqual(upTo(1, 21));
});

test.each([false, true])(
  'a dry run tells what would be done, and changes no byte (full: %s)',
  async (full) => {
    const directory = tempDirectory();
    const { store } = await openLogs(directory);
    await fill(store, 1, 20);
    await store.maintenance.compact();
    await store.write([pruneLines('a', 2)]);
    await fill(store, 21, 20);
    const before = contentsOf(directory);
    const locks = readdirSync(join(directory, 'locks'));
    const rehearsed = await store.maintenance.compact({ full, dryRun: true });
    expect(rehearsed).toMatchObject({ performed: false, reason: expect.stringContaining('dry run') });
    expect(contentsOf(directory)).toEqual(before);
    expect(readdirSync(join(directory, 'locks'))).toEqual(locks);

    const done = await store.maintenance.compact({ full });
    for (const name of ['sealed', 'merged', 'segments.before', 'segments.after', 'lines.dropped']) {
      expect([name, figuresOf(rehearsed)[name]]).toEqual([name, figuresOf(done)[name]]);
    }
  },
);

test('pruned lines are gone from the disk once they are compacted and collected; what is kept is not', async () => {
  const directory = tempDirectory();
  const { store } = await openLogs(directory, { compression: 'none' });
  const secret = (number: number) => `secret-${number}-`.repeat(100);
  for (let number = 1; number <= 20; number++) await store.write([appendLines('a', [secret(number)])]);
  await store.maintenance.compact();
  for (let number = 21; number <= 40; number++) await store.write([appendLines('a', [secret(number)])]);
  await store.write([pruneLines('a', 30)]);
  const onDisk = () => {
    const bytes = Buffer.concat([...contentsOf(directory).values()]);
    return upTo(1, 40).filter((number) => bytes.includes(secret(number)));
  };
  const snapshot = await store.snapshot();
  expect(onDisk()).toEqual(upTo(1, 40));
  const report = await store.maintenance.compact({ full: true });
  expect(figuresOf(report)['lines.dropped']).toBe(30);
  await snapshot.close();
  await store.maintenance.collect();
  expect(onDisk()).toEqual(upTo(31, 40));
  await store.withSnapshot(async ({ view }) => {
    expect(await view.info('a')).toMatchObject({ first: 31, lines: 40, bytes: 10 * secret(31).length });
    expect((await toArray(view.lines('a'))).map(({ number }) => number)).toEqual(upTo(31, 40));
  });
});

test('segments of which much is pruned are rewritten, others are left', async () => {
  const directory = tempDirectory();
  const { store } = await openLogs(directory);
  await fill(store, 1, 12, 'a');
  await fill(store, 1, 8, 'b');
  await store.maintenance.compact();
  const before = segmentFiles(directory).sealed;
  await store.write([pruneLines('a')]);
  const report = await store.maintenance.compact();
  const { merged = 0, 'lines.dropped': dropped = 0 } = figuresOf(report);
  expect(merged).toBeGreaterThan(2);
  expect(dropped).toBeGreaterThanOrEqual(9);
  const kept = before.filter((name) => segmentFiles(directory).sealed.includes(name));
  expect(kept.length).toBeGreaterThanOrEqual(2);
  expect(await numbers(store, 'a')).toEqual([]);
  expect(await numbers(store, 'b')).toEqual(upTo(1, 8));
  await fill(store, 13, 1, 'a');
  expect(await numbers(store, 'a')).toEqual([13]);
});

test('S9: while another process compacts, a call says so and changes nothing', async () => {
  const directory = tempDirectory();
  const locks = memoryLocks();
  const acquire: typeof locks.acquire = async (name, request) => {
    if (name === 'compaction') throw new StoreError('BUSY', 'process 4711 has it');
    return await locks.acquire(name, request);
  };
  const { store } = await openLogs(directory, { locks: { ...locks, acquire } });
  await fill(store, 1, 10);
  const before = contentsOf(directory);
  expect(await store.maintenance.compact({ full: true })).toMatchObject({
    performed: false,
    reason: expect.stringContaining('process 4711'),
  });
  expect(contentsOf(directory)).toEqual(before);
});

test('S11: a compaction that is aborted is told, keeps what it had finished, and leaves nothing else', async () => {
  const directory = tempDirectory();
  const { store } = await openLogs(directory);
  await fill(store, 1, 30);
  const stop = new AbortController();
  const compacting = store.maintenance.compact({ signal: stop.signal });
  setImmediate(() => stop.abort());
  await expect(compacting).rejects.toMatchObject({ code: 'ABORTED' });
  const manifest = readFileSync(join(directory, 'MANIFEST'), 'utf8');
  for (const name of [...segmentFiles(directory).sealed, ...segmentFiles(directory).frames]) {
    expect(manifest).toContain(`"id":${Number.parseInt(name, 10)},`);
  }
  expect(await numbers(store)).toEqual(upTo(1, 30));
  await fill(store, 31, 1);
  expect(await store.maintenance.compact()).toMatchObject({ performed: true });
  expect(await numbers(store)).toEqual(upTo(1, 31));
});

test('full counts the segment that was appended to, which it completes', async () => {
  const { store } = await openLogs(tempDirectory(), { segmentBytes: 1 << 20 });
  await fill(store, 1, 30);
  const rehearsed = await store.maintenance.compact({ full: true, dryRun: true });
  expect(figuresOf(rehearsed)['bytes.before']).toBeGreaterThan(30_000);
  const figures = figuresOf(await store.maintenance.compact({ full: true }));
  expect(figures['bytes.before']).toBeGreaterThan(30_000);
  expect(figures['bytes.after']).toBeLessThan(30_000);
});

test('calls that come together wait for each other', async () => {
  const directory = tempDirectory();
  const { store } = await openLogs(directory);
  await fill(store, 1, 30);
  const reports = await Promise.all([1, 2, 3].map(() => store.maintenance.compact({ full: true })));
  expect(reports.map(({ performed }) => performed)).toEqual([true, false, false]);
  const [first = {}, ...others] = reports.map(figuresOf);
  expect(first['bytes.after']).toBeLessThan(first['bytes.before'] ?? 0);
  // What the first one did is not theirs to tell.
  for (const figures of others) {
    expect(figures['bytes.before']).toBe(first['bytes.after']);
    expect(figures['bytes.after']).toBe(first['bytes.after']);
    expect(figures['segments.before']).toBe(figures['segments.after']);
  }
  expect(await numbers(store)).toEqual(upTo(1, 30));
});

test('S2: an empty log, and one that holds nothing but prunes, are compacted to themselves', async () => {
  const directory = tempDirectory();
  const { store } = await openLogs(directory);
  expect(await store.maintenance.compact({ full: true })).toMatchObject({ performed: false });
  await fill(store, 1, 3);
  await store.write([pruneLines('a')]);
  await store.maintenance.compact({ full: true });
  await store.maintenance.compact({ full: true });
  await store.withSnapshot(async ({ view }) => {
    expect(await toArray(view.streams())).toEqual([]);
    expect(await view.info('a')).toMatchObject({ first: 4, lines: 3, bytes: 0, firstAt: null });
  });
  await fill(store, 4, 1);
  expect(await numbers(store)).toEqual([4]);
});
