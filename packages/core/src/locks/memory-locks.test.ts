import { expect, test } from 'vitest';
import { codeOf } from '../fixtures/code-of.ts';
import { type MemoryLockTable, memoryLocks } from './memory-locks.ts';

test('S5: one exclusive holder or any number of shared ones, over all providers of a table', async () => {
  const table: MemoryLockTable = new Map();
  const [left, right] = [memoryLocks(table), memoryLocks(table)];
  const shared = [
    await left.acquire('x', { mode: 'shared' }),
    await right.acquire('x', { mode: 'shared' }),
    await right.acquire('x', { mode: 'shared' }),
  ];
  expect(await left.isHeld('x')).toBe(false);
  expect(await codeOf(left.acquire('x', { mode: 'exclusive' }))).toBe('LOCKED');
  for (const lock of shared) await lock.release();

  const lock = await left.acquire('x', { mode: 'exclusive', purpose: 'testing' });
  expect(lock).toMatchObject({ name: 'x', mode: 'exclusive' });
  expect(await right.isHeld('x')).toBe(true);
  expect(await right.holder('x')).toMatchObject({ pid: process.pid, purpose: 'testing' });
  for (const mode of ['exclusive', 'shared'] as const) {
    await expect(right.acquire('x', { mode })).rejects.toMatchObject({
      code: 'LOCKED',
      details: { holder: { pid: process.pid, purpose: 'testing' } },
    });
    await expect(right.acquire('x', { mode, wait: 2 })).rejects.toMatchObject({
      code: 'BUSY',
      details: { holder: { purpose: 'testing' } },
    });
  }
  await right.acquire('y', { mode: 'exclusive' });
  await lock.release();
  await lock.release();
  expect(await right.isHeld('x')).toBe(false);
});

test('S5: waiting ends with the lock, or with the signal', async () => {
  const locks = memoryLocks();
  const lock = await locks.acquire('x', { mode: 'exclusive' });
  const abort = new AbortController();
  const aborted = locks.acquire('x', { mode: 'exclusive', wait: 60_000, signal: abort.signal });
  const waiting = locks.acquire('x', { mode: 'exclusive', wait: 60_000 });
  abort.abort(new Error('enough'));
  await expect(aborted).rejects.toMatchObject({ code: 'ABORTED', cause: { message: 'enough' } });
  await lock.release();
  await (await waiting).release();
  expect(await codeOf(locks.acquire('x', { mode: 'shared', signal: AbortSignal.abort() }))).toBe('ABORTED');
});

test('S5: a lock releases itself at the end of its block, and all of them when the provider closes', async () => {
  const table: MemoryLockTable = new Map();
  const locks = memoryLocks(table);
  {
    await using _lock = await locks.acquire('x', { mode: 'exclusive' });
    expect(await locks.list('')).toEqual(['x']);
  }
  await locks.acquire('session-1', { mode: 'exclusive' });
  await locks.acquire('session-2', { mode: 'shared' });
  const other = await memoryLocks(table).acquire('session-3', { mode: 'exclusive' });
  expect([...(await locks.list('session-'))].sort()).toEqual(['session-1', 'session-2', 'session-3']);
  expect(await locks.remove('session-1')).toBe(false);
  await locks.close();
  expect(await locks.list('')).toEqual(['session-3']);
  await other.release();
  expect(await locks.remove('session-3')).toBe(true);
  expect(await locks.holder('session-3')).toBeUndefined();
});
