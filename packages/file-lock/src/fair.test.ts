import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { LockChild } from './fixtures/lock-child.ts';
import { openLocks, tempDirectory } from './fixtures/temp-directory.ts';
import { lockFiles } from './lock-files.ts';
import { isHeldExclusively } from './probe.ts';

const exclusive = { mode: 'exclusive' } as const;

test('S5: 20 processes that add 1 to a number 50 times each lose no addition', {
  timeout: 120_000,
}, async () => {
  const directory = tempDirectory();
  const file = join(directory, 'number');
  writeFileSync(file, '0');
  const children = await Promise.all(
    Array.from({ length: 20 }, async () => await LockChild.start(directory)),
  );
  await Promise.all(children.map((child) => child.call('count', { name: 'writer', file, times: 50 })));
  expect(readFileSync(file, 'utf8')).toBe('1000');
});

test('S5: a holder that releases and takes again all the time starves nobody', async () => {
  const directory = tempDirectory();
  const hog = await LockChild.start(directory);
  await hog.call('hog', { name: 'writer' });
  const waiters = Array.from({ length: 3 }, async () => {
    const locks = openLocks(directory);
    for (let turn = 0; turn < 20; turn += 1) {
      const lock = await locks.acquire('writer', { mode: 'exclusive', wait: 5_000 });
      await lock.release();
    }
    return 20;
  });
  expect(await Promise.all(waiters)).toEqual([20, 20, 20]);
});

test('S5: readers that come and go, one always there, do not keep an exclusive waiter out', async () => {
  const directory = tempDirectory();
  const readers = await Promise.all(Array.from({ length: 3 }, async () => await LockChild.start(directory)));
  await Promise.all(readers.map((child) => child.call('read', { name: 'blobs', ms: 20 })));
  const locks = openLocks(directory);
  for (let turn = 0; turn < 3; turn += 1) {
    const lock = await locks.acquire('blobs', { mode: 'exclusive', wait: 5_000 });
    await lock.release();
  }
  // Nor does it keep them out.
  const reader = await locks.acquire('blobs', { mode: 'shared', wait: 5_000 });
  await reader.release();
});

test('S5: a waiter that is stopped while it is next costs a reader a moment, not the lock', async () => {
  const directory = tempDirectory();
  const locks = openLocks(directory);
  const next = await LockChild.start(directory);
  const first = await locks.acquire('blobs', { mode: 'shared' });
  void next.acquire('blobs', { mode: 'exclusive', wait: 25_000 }).catch(() => undefined);
  const { turnstile } = lockFiles(directory, 'blobs');
  await vi.waitUntil(async () => await isHeldExclusively(turnstile), { timeout: 25_000, interval: 1 });
  next.stop();
  const second = await openLocks(directory).acquire('blobs', { mode: 'shared', wait: 25_000 });
  await second.release();
  await first.release();
});

test('S5: a waiter that is stopped while it is next does not keep the others out', async () => {
  const directory = tempDirectory();
  const locks = openLocks(directory);
  const next = await LockChild.start(directory);
  const first = await locks.acquire('writer', exclusive);
  void next.acquire('writer', { mode: 'exclusive', wait: 25_000 }).catch(() => undefined);
  const { turnstile } = lockFiles(directory, 'writer');
  await vi.waitUntil(async () => await isHeldExclusively(turnstile), { timeout: 25_000, interval: 1 });
  next.stop();
  await first.release();
  await using lock = await locks.acquire('writer', { mode: 'exclusive', wait: 60_000 });
  expect(lock.name).toBe('writer');
});
