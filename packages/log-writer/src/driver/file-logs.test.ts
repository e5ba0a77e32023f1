import { appendLines, type LogLine, openReader, openStore, toArray } from '@stepwell/core';
import { expect, test } from 'vitest';
import { tempDirectory } from '../fixtures/temp-directory.ts';
import { TestLog } from '../fixtures/test-log.ts';
import { fileLogs } from './file-logs.ts';

test('SF-46: content comes back byte for byte: line ends, NUL, invalid UTF-8, brackets, a line of 50 MB', async () => {
  const directory = tempDirectory();
  const contents: (string | Uint8Array)[] = [
    '',
    '  leading and trailing  ',
    'two\nlines\r\n',
    'a\0b',
    '[2024-01-01T00:00:00.000Z] ] ',
    'ähm 🎉',
    Uint8Array.of(0xff, 0x00, 0xc3),
    'x'.repeat(50 * 1024 * 1024),
    'after it',
  ];
  const log = await TestLog.open(directory);
  await log.write([appendLines('raw', contents)]);
  await log.close();

  const again = await TestLog.open(directory);
  const bytes = await again.withView(async (view) =>
    (await toArray(view.lines('raw'))).map((line) => line.bytes),
  );
  expect(bytes.length).toBe(contents.length);
  for (const [i, content] of contents.entries()) {
    expect(Buffer.compare(Buffer.from(bytes[i] ?? []), Buffer.from(content as string)), `line ${i + 1}`).toBe(
      0,
    );
  }
});

test('S1: a group larger than a segment is one frame, and is there after reopening', async () => {
  const directory = tempDirectory();
  const log = await TestLog.open(directory, { segmentBytes: 4096 });
  await log.append('before', 'x');
  const megabyte = 'm'.repeat(1024 * 1024);
  await log.write([appendLines('large', new Array<string>(70).fill(megabyte)), appendLines('small', ['y'])]);
  await log.append('after', 'z');
  await log.close();

  const again = await TestLog.open(directory, { segmentBytes: 4096 });
  expect(await again.read('before')).toEqual(['1:x']);
  expect(await again.read('small')).toEqual(['1:y']);
  expect(await again.read('after')).toEqual(['1:z']);
  expect(await again.withView(async (view) => await view.info('large'))).toMatchObject({
    lines: 70,
    bytes: 70 * 1024 * 1024,
  });
  expect(await again.read('large', { last: 1 })).toEqual([`70:${megabyte}`]);
});

test('SF-64: level, source, time and a missing last newline survive storage; ordinals order a commit', async () => {
  const directory = tempDirectory();
  const log = await TestLog.open(directory);
  await log.write([
    appendLines('a', [{ content: 'one', at: 5, level: 'debug', source: 'stdout' }]),
    appendLines('b', [{ content: 'two', at: 9, level: 'warning', source: 'stderr', terminated: false }]),
    appendLines('a', [{ content: 'three', at: 7, level: 'error', source: 'log' }]),
  ]);
  const read = async (stream: string): Promise<Partial<LogLine>[]> =>
    await log.withView(async (view) =>
      (await toArray(view.lines(stream))).map((line) => ({ ...line, bytes: line.bytes })),
    );
  expect(await read('a')).toMatchObject([
    { number: 1, at: 5, level: 'debug', source: 'stdout', terminated: true, epoch: 1, ordinal: 0 },
    { number: 2, at: 7, level: 'error', source: 'log', terminated: true, epoch: 1, ordinal: 2 },
  ]);
  expect(await read('b')).toMatchObject([
    { number: 1, at: 9, level: 'warning', source: 'stderr', terminated: false, epoch: 1, ordinal: 1 },
  ]);
});

test('a stream may be called anything: names never reach a path', async () => {
  const directory = tempDirectory();
  const names = [
    '../../escape',
    '__proto__',
    'MANIFEST',
    '/etc/passwd',
    'ü 🎉',
    ' ',
    'constructor',
    'a/../b',
    '.',
  ];
  const log = await TestLog.open(directory);
  for (const name of names) await log.append(name, `of ${name}`);
  const again = await TestLog.open(directory, { mode: 'read' });
  for (const name of names) expect(await again.read(name)).toEqual([`1:of ${name}`]);
  const listed = await again.withView(async (view) => await toArray(view.streams()));
  expect(listed).toEqual([...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
});

test('extents and results tell the numbers that lines got, also for a stream called __proto__', async () => {
  const log = await TestLog.open(tempDirectory());
  await log.append('__proto__', 'x');
  const batches = [
    { ops: [appendLines('__proto__', ['y', 'z']), appendLines('b', [])] },
    { ops: [appendLines('__proto__', ['w'])] },
  ];
  const prepared = await log.driver.prepare(batches, { epoch: 2, at: 0, durability: 'process-crash' });
  expect(prepared.verdicts).toEqual([
    {
      state: 'ready',
      results: [
        { stream: '__proto__', first: 2, last: 3 },
        { stream: 'b', first: 1, last: 0 },
      ],
    },
    { state: 'ready', results: [{ stream: '__proto__', first: 4, last: 4 }] },
  ]);
  expect(Object.entries(prepared.extents ?? {})).toEqual([['__proto__', 4]]);
  await prepared.commit({});
});

test('S3: a commit without a line still has an epoch of its own, also after reopening', async () => {
  const directory = tempDirectory();
  const log = await TestLog.open(directory);
  await log.append('a', 'x');
  await log.write([appendLines('a', [])]);
  await log.close();
  const again = await TestLog.open(directory);
  expect(again.head.epoch).toBe(2);
});

test('S4: a snapshot shows the same lines whatever is appended meanwhile, and throws once it is released', async () => {
  const log = await TestLog.open(tempDirectory(), { segmentBytes: 4096 });
  await log.append('a', 'one', 'two');
  const pin = await log.driver.pin();
  const lines = pin.view.lines('a')[Symbol.asyncIterator]();
  expect((await lines.next()).value).toMatchObject({ text: 'one' });
  for (let i = 0; i < 100; i++) await log.append('a', 'later'.repeat(20));
  await log.append('b', 'later');
  expect((await lines.next()).value).toMatchObject({ text: 'two' });
  expect((await lines.next()).done).toBe(true);
  expect(await pin.view.info('a')).toMatchObject({ lines: 2, bytes: 6 });
  expect(await toArray(pin.view.streams())).toEqual(['a']);
  expect(await toArray(pin.view.search('later'))).toEqual([]);
  const half = pin.view.lines('a')[Symbol.asyncIterator]();
  await half.next();
  await pin.release();
  await expect(half.next()).rejects.toMatchObject({ code: 'SNAPSHOT_CLOSED' });
  await expect(pin.view.info('a')).rejects.toMatchObject({ code: 'SNAPSHOT_CLOSED' });
});

test('S4: after its deadline every pull says so', async () => {
  const log = await TestLog.open(tempDirectory());
  await log.append('a', 'one', 'two');
  const pin = await log.driver.pin();
  const lines = pin.view.lines('a')[Symbol.asyncIterator]();
  await lines.next();
  pin.expire();
  await expect(lines.next()).rejects.toMatchObject({ code: 'SNAPSHOT_EXPIRED' });
  await expect(toArray(pin.view.search('two'))).rejects.toMatchObject({ code: 'SNAPSHOT_EXPIRED' });
  await pin.release();
});

test('five lines make a crash-safe, searchable log', async () => {
  const directory = tempDirectory();
  const store = await openStore(fileLogs({ directory }));
  await store.write([appendLines('compile', ['cc -c main.c', 'main.c:3: warning'])], {
    durability: 'power-loss',
  });
  const reader = await openReader(fileLogs({ directory }));
  await store.write([appendLines('compile', ['done'])]);
  await reader.withSnapshot(async ({ view, epoch }) => {
    expect(epoch).toBe(2);
    expect((await toArray(view.search('WARN', { ignoreCase: true }))).map((match) => match.offset)).toEqual([
      10,
    ]);
    expect((await toArray(view.lines('compile'))).map((line) => line.text)).toEqual([
      'cc -c main.c',
      'main.c:3: warning',
      'done',
    ]);
  });
  expect((await store.maintenance.verify()).problems).toEqual([]);
  await reader.close();
  await store.close();
});

test('S6: a reader of nothing says NOT_FOUND and makes nothing; a reader cannot sync', async () => {
  const directory = `${tempDirectory()}/none`;
  await expect(openReader(fileLogs({ directory }))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(TestLog.open(directory, { mode: 'read' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const log = await TestLog.open(directory);
  const reader = await TestLog.open(directory, { mode: 'read' });
  await expect(reader.driver.sync()).rejects.toMatchObject({ code: 'READ_ONLY' });
  await log.driver.sync();
});

test('options that make no sense are refused', () => {
  expect(() => fileLogs({ directory: '' })).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  expect(() => fileLogs({ directory: 'x', segmentBytes: 1 })).toThrow(
    expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
  );
});

test('measures say what is there', async () => {
  const log = await TestLog.open(tempDirectory());
  await log.append('a', 'x', 'y');
  await log.append('b', 'z');
  const value = async (name: string): Promise<number | undefined> =>
    (await log.driver.stats()).find((measure) => measure.name === name)?.value;
  expect(await value('logs.lines')).toBe(3);
  expect(await value('logs.streams')).toBe(2);
  expect(await value('logs.unsynced.bytes')).toBeGreaterThan(0);
  await log.driver.sync();
  expect(await value('logs.unsynced.bytes')).toBe(0);
});
