import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { LockChild } from './fixtures/lock-child.ts';
import { openLocks, tempDirectory } from './fixtures/temp-directory.ts';

test('SD-23: a wait that runs out is BUSY, with the time waited and the holder', async () => {
  const directory = tempDirectory();
  const child = await LockChild.start(directory);
  await child.acquire('writer', { mode: 'exclusive', purpose: 'stepwell run' });
  const failure = await openLocks(directory)
    .acquire('writer', { mode: 'exclusive', wait: 60 })
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'BUSY', retryable: true, details: { holder: { pid: child.pid } } });
  expect((failure as { details: { waitedMs: number } }).details.waitedMs).toBeGreaterThanOrEqual(59);
});

test('SF-24: the event loop turns while a lock is waited for', async () => {
  const directory = tempDirectory();
  await using held = await openLocks(directory).acquire('writer', { mode: 'exclusive' });
  let waiting = true;
  let turns = 0;
  const outcome = openLocks(directory)
    .acquire('writer', { mode: held.mode, wait: 100 })
    .catch((error: unknown) => error)
    .finally(() => {
      waiting = false;
    });
  for (; waiting; turns += 1) await nextTurn();
  expect(await outcome).toMatchObject({ code: 'BUSY' });
  expect(turns).toBeGreaterThan(50);
});

test('SD-23: a waiter gets the lock that is released while it waits', async () => {
  const directory = tempDirectory();
  const [one, two] = [openLocks(directory), openLocks(directory)];
  const first = await one.acquire('writer', { mode: 'exclusive' });
  const waiting = [one, two, two].map(async (locks) => {
    const lock = await locks.acquire('writer', { mode: 'exclusive', wait: 25_000 });
    await lock.release();
    return lock.name;
  });
  await first.release();
  expect(await Promise.all(waiting)).toEqual(['writer', 'writer', 'writer']);
});

test('SD-23: an aborted wait is ABORTED with its reason, and leaves no trace in the queue', async () => {
  const directory = tempDirectory();
  const [one, two] = [openLocks(directory), openLocks(directory)];
  const first = await one.acquire('writer', { mode: 'exclusive' });
  const controller = new AbortController();
  const waiting = two.acquire('writer', { mode: 'exclusive', wait: 25_000, signal: controller.signal });
  await nextTurn();
  controller.abort(new Error('enough'));
  await expect(waiting).rejects.toMatchObject({ code: 'ABORTED', cause: { message: 'enough' } });
  await first.release();
  await expect(two.acquire('writer', { mode: 'exclusive', signal: controller.signal })).rejects.toMatchObject(
    {
      code: 'ABORTED',
    },
  );
  await using lock = await one.acquire('writer', { mode: 'exclusive', wait: 100 });
  expect(lock.name).toBe('writer');
});

test('S5: a lock that is won while its provider is being closed is given back', async () => {
  const directory = tempDirectory();
  const locks = openLocks(directory);
  const late = expect(locks.acquire('writer', { mode: 'exclusive' })).rejects.toMatchObject({
    code: 'NOT_OPEN',
  });
  await locks.close();
  await late;
  await using lock = await openLocks(directory).acquire('writer', { mode: 'exclusive' });
  expect(lock.name).toBe('writer');
});

test('S5: closing a provider releases what it holds and ends its waits with NOT_OPEN', async () => {
  const directory = tempDirectory();
  const [one, two] = [openLocks(directory), openLocks(directory)];
  await one.acquire('writer', { mode: 'exclusive' });
  await two.acquire('maintenance', { mode: 'exclusive' });
  const waiting = two.acquire('writer', { mode: 'exclusive', wait: 25_000 });
  const refused = expect(waiting).rejects.toMatchObject({ code: 'NOT_OPEN' });
  await two.close();
  await refused;
  await two.close();
  for (const late of [
    two.acquire('x', { mode: 'shared' }),
    two.isHeld('x'),
    two.list(''),
    two.remove('x'),
    two.holder('x'),
  ]) {
    await expect(late).rejects.toMatchObject({ code: 'NOT_OPEN' });
  }
  await using lock = await one.acquire('maintenance', { mode: 'exclusive' });
  expect(lock.name).toBe('maintenance');
});

test('SD-24: a thousand turns of twenty waiters leave no listener and raise no warning', async () => {
  const locks = openLocks(tempDirectory());
  const { signal } = new AbortController();
  const warned = vi.fn();
  process.on('warning', warned);
  const events = ['exit', 'beforeExit', 'SIGINT', 'SIGTERM', 'SIGHUP'];
  const before = events.map((event) => process.listenerCount(event));
  const turns = Array.from({ length: 20 }, async () => {
    for (let turn = 0; turn < 50; turn += 1) {
      const lock = await locks.acquire('writer', { mode: 'exclusive', wait: 25_000, signal });
      await lock.release();
    }
  });
  await Promise.all(turns);
  process.off('warning', warned);
  expect(events.map((event) => process.listenerCount(event))).toEqual(before);
  expect(warned).not.toHaveBeenCalled();
});
