import { once } from 'node:events';
import { symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, onTestFinished, test } from 'vitest';
import { LockChild } from './fixtures/lock-child.ts';
import { openLocks, tempDirectory } from './fixtures/temp-directory.ts';

const exclusive = { mode: 'exclusive' } as const;

describe('between processes', () => {
  test('S5: a lock held by another process is refused, and free once it is released', async () => {
    const directory = tempDirectory();
    const locks = openLocks(directory);
    const child = await LockChild.start(directory);
    await child.acquire('writer', exclusive);
    await expect(locks.acquire('writer', exclusive)).rejects.toMatchObject({
      code: 'LOCKED',
      retryable: true,
    });
    await child.release('writer');
    await using lock = await locks.acquire('writer', exclusive);
    expect(lock).toMatchObject({ name: 'writer', mode: 'exclusive' });
    await expect(child.acquire('writer', exclusive)).rejects.toMatchObject({ code: 'LOCKED' });
  });

  test('S5: locks of different names do not exclude each other', async () => {
    const directory = tempDirectory();
    const child = await LockChild.start(directory);
    await child.acquire('writer', exclusive);
    await using lock = await openLocks(directory).acquire('maintenance', exclusive);
    expect(lock.name).toBe('maintenance');
  });

  test('SD-25: the lock of a killed process is free at once, to whoever asks and to whoever waits', async () => {
    const directory = tempDirectory();
    const locks = openLocks(directory);
    for (const wait of [0, 1_000]) {
      const child = await LockChild.start(directory);
      await child.acquire('writer', exclusive);
      const waiting = openLocks(directory).acquire('writer', { mode: 'exclusive', wait: 25_000 });
      await child.kill();
      await (await waiting).release();
      await using lock = await locks.acquire('writer', { mode: 'exclusive', wait });
      expect(lock.name).toBe('writer');
    }
  });

  test('SD-25: a stopped process keeps its lock', async () => {
    const directory = tempDirectory();
    const locks = openLocks(directory);
    const child = await LockChild.start(directory);
    await child.acquire('session-1', exclusive);
    child.stop();
    await expect(locks.acquire('session-1', { mode: 'exclusive', wait: 50 })).rejects.toMatchObject({
      code: 'BUSY',
    });
    expect(await locks.isHeld('session-1')).toBe(true);
    child.resume();
    await child.release('session-1');
    await using lock = await locks.acquire('session-1', exclusive);
    expect(lock.name).toBe('session-1');
  });

  test('S5: a lock is kept although its taker dropped every reference to it', async () => {
    const directory = tempDirectory();
    const child = await LockChild.start(directory);
    await child.call('forget', { name: 'writer' });
    await expect(openLocks(directory).acquire('writer', exclusive)).rejects.toMatchObject({ code: 'LOCKED' });
  });
});

describe('within one process', () => {
  test('SD-26: one provider does not give a lock twice', async () => {
    const locks = openLocks(tempDirectory());
    const lock = await locks.acquire('writer', exclusive);
    await expect(locks.acquire('writer', exclusive)).rejects.toMatchObject({ code: 'LOCKED' });
    await lock.release();
    await lock.release();
    await using again = await locks.acquire('writer', exclusive);
    await lock.release(); // not its lock any more
    await expect(locks.acquire('writer', exclusive)).rejects.toMatchObject({ code: 'LOCKED' });
    expect(again.mode).toBe('exclusive');
  });

  test('SD-26: a second provider is refused, however its directory is spelled', async () => {
    const directory = tempDirectory();
    const link = join(tempDirectory(), 'link');
    symlinkSync(directory, link);
    await using lock = await openLocks(directory).acquire('writer', exclusive);
    for (const spelling of [
      directory,
      link,
      relative(process.cwd(), directory),
      `${directory}/../${directory.split('/').at(-1)}/`,
    ]) {
      const other = openLocks(spelling);
      await expect(other.acquire('writer', exclusive), spelling).rejects.toMatchObject({ code: 'LOCKED' });
      expect(await other.isHeld('writer'), spelling).toBe(true);
      await other.close();
    }
    // None of those connections took the kernel's lock with it when it closed.
    const child = await LockChild.start(directory);
    await expect(child.acquire('writer', exclusive)).rejects.toMatchObject({ code: 'LOCKED' });
    expect(lock.name).toBe('writer');
  });

  test('SD-26: worker threads exclude each other, and a thread that ends gives its locks back', async () => {
    const directory = tempDirectory();
    const locks = openLocks(directory);
    const start = async (): Promise<{ worker: Worker; answer: unknown }> => {
      const worker = new Worker(new URL('./fixtures/lock-thread.mjs', import.meta.url), {
        workerData: { directory, name: 'writer' },
        execArgv: [],
      });
      onTestFinished(async () => {
        await worker.terminate();
      });
      const [answer] = (await once(worker, 'message')) as [unknown];
      return { worker, answer };
    };
    const first = await start();
    expect(first.answer).toBe('held');
    await expect(locks.acquire('writer', exclusive)).rejects.toMatchObject({ code: 'LOCKED' });
    expect(await locks.isHeld('writer')).toBe(true);
    expect((await start()).answer).toBe('LOCKED');
    await first.worker.terminate();
    await using lock = await locks.acquire('writer', { mode: 'exclusive', wait: 5_000 });
    expect(lock.name).toBe('writer');
  });
});
