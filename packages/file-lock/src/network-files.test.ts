import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { FileLocks } from './file-locks.ts';
import type { FileLocksOptions } from './file-locks-options.ts';
import { tempDirectory } from './fixtures/temp-directory.ts';

const nfs = 0x6969;
const ext4 = 0xef53;

/** Locks in a directory that is not there yet, on a file system of our choice. */
function locksOn(type: number, options: FileLocksOptions = {}) {
  const directory = join(tempDirectory(), 'locks');
  const asked: string[] = [];
  const locks = new FileLocks(directory, options, (place) => {
    asked.push(place);
    return type;
  });
  onTestFinished(() => locks.close());
  return { directory, asked, locks };
}

test('S5, S11: on a network file system nothing is locked, and nobody is called dead; no file is made', async () => {
  const { directory, locks } = locksOn(nfs);
  const request = { mode: 'exclusive', purpose: 'to be sure' } as const;
  for (const call of [
    locks.acquire('writer', request),
    locks.acquire('writer', { mode: 'shared', wait: 10 }),
    locks.isHeld('writer'),
    locks.holder('writer'),
    locks.remove('writer'),
  ]) {
    await expect(call).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
      message: expect.stringMatching(/NFS.*networkFiles/),
      details: { path: directory, fileSystem: 'NFS' },
    });
  }
  expect(existsSync(directory)).toBe(false);
});

test('whoever answers for the files locks them', async () => {
  const { locks, asked } = locksOn(nfs, { networkFiles: true });
  await using lock = await locks.acquire('writer', { mode: 'exclusive' });
  expect([lock.name, asked]).toEqual(['writer', []]);
});

test('a local file system is asked about once, not at each turn', async () => {
  const { directory, locks, asked } = locksOn(ext4);
  for (let turn = 0; turn < 3; turn += 1) {
    await (await locks.acquire('writer', { mode: 'exclusive' })).release();
  }
  expect(asked).toEqual([directory]);
});
