import { readFileSync } from 'node:fs';
import { appendLines, toArray } from '@stepwell/core';
import { expect, test } from 'vitest';
import { FaultyFileSystem } from '../fixtures/faulty-file-system.ts';
import { contentsOf, firstSegment } from '../fixtures/files.ts';
import { tempDirectory } from '../fixtures/temp-directory.ts';
import { TestLog } from '../fixtures/test-log.ts';

/** Names first: a difference in the bytes of a file is long to print. */
function expectSame(contents: Map<string, Buffer>, before: Map<string, Buffer>): void {
  expect([...contents.keys()]).toEqual([...before.keys()]);
  expect([...contents.values()].map((bytes) => bytes.length)).toEqual(
    [...before.values()].map((bytes) => bytes.length),
  );
  expect(Buffer.concat([...contents.values()]).equals(Buffer.concat([...before.values()]))).toBe(true);
}

async function open(segmentBytes?: number) {
  const directory = tempDirectory();
  const disk = new FaultyFileSystem();
  const log = await TestLog.open(directory, {
    fileSystem: disk.fileSystem,
    ...(segmentBytes && { segmentBytes }),
  });
  await log.append('a', 'one');
  return { directory, disk, log };
}

test.each([
  ['ENOSPC', 'NO_SPACE'],
  ['EDQUOT', 'NO_SPACE'],
  ['EIO', 'IO'],
  ['EMFILE', 'IO'],
])(
  'SF-51: %s while appending is %s; nothing of it is visible, and the next write works',
  async (errno, code) => {
    const { directory, disk, log } = await open();
    const before = contentsOf(directory);
    disk.fail('pwrite', errno);
    await expect(log.append('a', 'refused')).rejects.toMatchObject({ code });
    expect(await log.read('a')).toEqual(['1:one']);
    expectSame(contentsOf(directory), before);
    await log.append('a', 'two');
    expect(await log.read('a')).toEqual(['1:one', '2:two']);
  },
);

test('SF-51: a disk that fills up in the middle of a frame leaves nothing of it', async () => {
  const { directory, disk, log } = await open();
  const before = contentsOf(directory);
  disk.shortWrite = 30;
  disk.fail('pwrite', '', 'ENOSPC');
  await expect(log.append('a', 'refused')).rejects.toMatchObject({ code: 'NO_SPACE', retryable: true });
  expectSame(contentsOf(directory), before);
  disk.shortWrite = 30;
  await log.append('a', 'short, and then the rest');
  const again = await TestLog.open(directory, { mode: 'read' });
  expect(await again.read('a')).toEqual(['1:one', '2:short, and then the rest']);
});

test('S2: a failed fsync poisons the handle for ever; opening anew recovers', async () => {
  const { directory, disk, log } = await open();
  disk.fail('fsync', 'EIO');
  await expect(log.write([appendLines('a', ['unclear'])], 'power-loss')).rejects.toMatchObject({
    code: 'POISONED',
  });
  for (let times = 0; times < 2; times++) {
    await expect(log.append('a', 'refused')).rejects.toMatchObject({ code: 'POISONED' });
    await expect(log.driver.sync()).rejects.toMatchObject({ code: 'POISONED' });
    await expect(log.refresh()).rejects.toMatchObject({ code: 'POISONED' });
  }
  expect(await log.read('a'), 'reads go on, and show what was committed').toEqual(['1:one']);
  await log.close();
  const again = await TestLog.open(directory);
  expect((await again.read('a'))[0]).toBe('1:one');
});

test('S2: much that was written goes to the device by itself; when that fails, the handle is poisoned', async () => {
  const { disk, log } = await open();
  disk.fail('fsync', 'EIO');
  // Acknowledged: nobody was promised that it is on the device.
  await log.append('a', 'x'.repeat(9_000_000));
  await expect(log.append('a', 'refused')).rejects.toMatchObject({ code: 'POISONED' });
});

test('S2: an append that failed and cannot be taken back poisons the handle; both failures are told', async () => {
  const { disk, log } = await open();
  disk.fail('pwrite', 'ENOSPC');
  disk.fail('ftruncate', 'EIO');
  const failure = await log.append('a', 'refused').catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'POISONED' });
  const { errors } = (failure as Error).cause as AggregateError;
  expect(errors).toMatchObject([{ code: 'NO_SPACE' }, { code: 'IO' }]);
  await expect(log.append('a', 'refused')).rejects.toMatchObject({ code: 'POISONED' });
});

test('a rollback leaves nothing, and one that fails poisons', async () => {
  const { directory, disk, log } = await open();
  const before = contentsOf(directory);
  const prepare = async () =>
    await log.driver.prepare([{ ops: [appendLines('a', ['back'])] }], {
      epoch: 2,
      at: 0,
      durability: 'process-crash',
    });
  await (await prepare()).rollback();
  expectSame(contentsOf(directory), before);
  const prepared = await prepare();
  disk.fail('ftruncate', 'EIO');
  await expect(prepared.rollback()).rejects.toMatchObject({ code: 'POISONED' });
});

test.each(['open', 'pwrite', 'rename', 'fsyncDirectory'] as const)(
  'SF-51: %s fails while a new segment is begun: the write is refused, nothing is lost, the next one works',
  async (call) => {
    const { directory, disk, log } = await open(4096);
    await log.append('a', 'x'.repeat(4096));
    const before = contentsOf(directory);
    disk.fail(call, 'ENOSPC');
    await expect(log.append('a', 'refused')).rejects.toMatchObject({ code: 'NO_SPACE' });
    expectSame(contentsOf(directory), before);
    await log.append('a', 'two');
    expect((await log.read('a')).map((line) => line.slice(0, 5))).toEqual(['1:one', '2:xxx', '3:two']);
    expect([...contentsOf(directory).keys()]).toEqual([
      '00000001.seg',
      '00000002.seg',
      '00000003.seg',
      'MANIFEST',
    ]);
  },
);

test('S2: one write and no sync for a group commit; one sync where it must survive power loss', async () => {
  const { disk, log } = await open();
  disk.calls.length = 0;
  await log.write([appendLines('a', ['1', '2']), appendLines('b', ['3']), appendLines('a', ['4'])]);
  expect(disk.calls, 'and two looks at whether the files are still there').toEqual([
    'pwrite',
    'identify',
    'identify',
  ]);
  disk.calls.length = 0;
  await log.write([appendLines('a', ['5']), appendLines('b', ['6'])], 'power-loss');
  expect(disk.calls).toEqual(['pwrite', 'fsync', 'identify', 'identify']);
});

test('SD-43: a manifest is written, synced, renamed, and its directory synced, in that order', async () => {
  const { disk, log } = await open(4096);
  await log.append('a', 'x'.repeat(4096));
  disk.calls.length = 0;
  await log.append('a', 'two');
  const order = disk.calls.filter((call) => ['fsync', 'rename', 'fsyncDirectory', 'pwrite'].includes(call));
  expect(order).toEqual([
    'pwrite', // the index of the old segment
    'fsync', // the old segment
    'pwrite', // the header of the new one
    'fsync',
    'fsyncDirectory',
    'pwrite', // the draft of the manifest
    'fsync',
    'rename',
    'fsyncDirectory',
    'pwrite', // and only then a frame
  ]);
});

test('SD-89: a read that fails rejects, in every style, and never answers less', async () => {
  const { disk, log } = await open();
  const failing = async (use: () => Promise<unknown>): Promise<void> => {
    disk.fail('pread', '', 'EIO'); // the manifest, then the frame
    await expect(use()).rejects.toMatchObject({ code: 'IO' });
  };
  await failing(async () => await log.read('a'));
  await failing(async () => await log.read('a', { last: 1 }));
  await failing(async () => await log.read('a', { reverse: true }));
  await failing(async () => await log.withView(async (view) => await toArray(view.search('one'))));
  expect(await log.read('a')).toEqual(['1:one']);
});

test('a directory that cannot be read or made is a typed error that names it', async () => {
  const directory = tempDirectory();
  for (const [call, code] of [
    ['open', 'IO'],
    ['mkdir', 'READ_ONLY'],
    ['readdir', 'IO'],
  ] as const) {
    const disk = new FaultyFileSystem();
    disk.fail(call, 'EACCES');
    await expect(TestLog.open(`${directory}/${call}`, { fileSystem: disk.fileSystem })).rejects.toMatchObject(
      {
        code,
        message: expect.stringContaining(directory),
      },
    );
  }
});

test('every call of the disk that fails while a log is made leaves it to be made by the next open', async () => {
  for (const call of ['open', 'pwrite', 'fsync', 'fsyncDirectory', 'rename'] as const) {
    for (let nth = 0; nth < 3; nth++) {
      const directory = `${tempDirectory()}/log`;
      const disk = new FaultyFileSystem();
      disk.fail(call, ...new Array<string>(nth).fill(''), 'EIO');
      const failed = await TestLog.open(directory, { fileSystem: disk.fileSystem }).catch(
        (error: unknown) => error,
      );
      if (!(failed instanceof TestLog)) expect(failed).toHaveProperty('code');
      const log = await TestLog.open(directory);
      await log.append('a', 'one');
      expect(await log.read('a')).toEqual(['1:one']);
      expect(readFileSync(firstSegment(directory)).length).toBeGreaterThan(64);
      expect([...contentsOf(directory).keys()]).toEqual(['00000001.seg', 'MANIFEST']);
    }
  }
});
