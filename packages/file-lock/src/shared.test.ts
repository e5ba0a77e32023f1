import { expect, test } from 'vitest';
import { LockChild } from './fixtures/lock-child.ts';
import { openLocks, tempDirectory } from './fixtures/temp-directory.ts';

const exclusive = { mode: 'exclusive' } as const;
const shared = { mode: 'shared' } as const;

test('SD-77: any number of shared holders, in one provider, one process and several, keep exclusive ones out', async () => {
  const directory = tempDirectory();
  const [one, two] = [openLocks(directory), openLocks(directory)];
  const child = await LockChild.start(directory);
  const holds = [
    await one.acquire('pin-7', shared),
    await one.acquire('pin-7', shared),
    await two.acquire('pin-7', shared),
  ];
  await child.acquire('pin-7', shared);
  const outsider = openLocks(directory);
  for (const hold of holds) {
    await expect(outsider.acquire('pin-7', exclusive)).rejects.toMatchObject({ code: 'LOCKED' });
    await expect(one.acquire('pin-7', exclusive)).rejects.toMatchObject({ code: 'LOCKED' });
    await hold.release();
    await hold.release(); // counts once
  }
  await expect(outsider.acquire('pin-7', exclusive)).rejects.toMatchObject({ code: 'LOCKED' });
  await child.kill();
  await using lock = await outsider.acquire('pin-7', exclusive);
  expect(lock.mode).toBe('exclusive');
});

test('SD-77: an exclusive holder keeps shared ones out, and a shared wait ends when it releases', async () => {
  const directory = tempDirectory();
  const locks = openLocks(directory);
  const child = await LockChild.start(directory);
  await child.acquire('pin-7', exclusive);
  await expect(locks.acquire('pin-7', shared)).rejects.toMatchObject({ code: 'LOCKED' });
  await expect(locks.acquire('pin-7', { mode: 'shared', wait: 20 })).rejects.toMatchObject({ code: 'BUSY' });
  const waiting = locks.acquire('pin-7', { mode: 'shared', wait: 25_000 });
  await child.release('pin-7');
  await using lock = await waiting;
  expect(lock.mode).toBe('shared');
  await child.acquire('pin-7', shared);
});

test('S9: a shared lock counts as a pin, not as a living session', async () => {
  const directory = tempDirectory();
  const [one, two] = [openLocks(directory), openLocks(directory)];
  await using pin = await one.acquire('pin-7', shared);
  expect([await one.isHeld('pin-7'), await two.isHeld('pin-7'), pin.mode]).toEqual([false, false, 'shared']);
  expect(await two.holder('pin-7')).toBeUndefined();
});
