import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LockChild } from './fixtures/lock-child.ts';
import { openLocks, tempDirectory } from './fixtures/temp-directory.ts';

const exclusive = { mode: 'exclusive' } as const;

test('SD-75: isHeld, holder, list and remove create nothing, not even the directory', async () => {
  const directory = join(tempDirectory(), 'not', 'yet');
  const locks = openLocks(directory);
  expect(await locks.isHeld('session-1')).toBe(false);
  expect(await locks.holder('session-1')).toBeUndefined();
  expect(await locks.list('')).toEqual([]);
  expect(await locks.remove('session-1')).toBe(true);
  expect(() => readdirSync(directory)).toThrow('ENOENT');
});

test('SD-76: list names locks by prefix, held or not, and nothing else', async () => {
  const directory = tempDirectory();
  const locks = openLocks(directory);
  await using writer = await locks.acquire('writer', exclusive);
  await expect(openLocks(directory).acquire(writer.name, { ...exclusive, wait: 5 })).rejects.toThrow();
  for (const name of ['session-a', 'session-b', 'x.holder.json', 'x.lock']) {
    await (await locks.acquire(name, { mode: 'shared' })).release();
  }
  writeFileSync(join(directory, 'other.txt'), '');
  expect([...(await locks.list('session-'))].sort()).toEqual(['session-a', 'session-b']);
  expect([...(await locks.list(''))].sort()).toEqual([
    'session-a',
    'session-b',
    'writer',
    'x.holder.json',
    'x.lock',
  ]);
});

test('SD-77: remove leaves a held lock alone, in either mode and whoever holds it', async () => {
  const directory = tempDirectory();
  const locks = openLocks(directory);
  const child = await LockChild.start(directory);
  for (const mode of ['exclusive', 'shared'] as const) {
    await child.acquire('pin-1', { mode });
    expect(await locks.remove('pin-1')).toBe(false);
    await child.release('pin-1');
    const own = await locks.acquire('pin-1', { mode });
    expect(await locks.remove('pin-1')).toBe(false);
    await own.release();
  }
  expect(await locks.remove('pin-1')).toBe(true);
  expect(readdirSync(directory)).toEqual([]);
});

test('SD-77: a dead holder and a queue leave files behind; remove takes them all', async () => {
  const directory = tempDirectory();
  const locks = openLocks(directory);
  const child = await LockChild.start(directory);
  await child.acquire('session-1', { ...exclusive, purpose: 'a test' });
  await expect(locks.acquire('session-1', { ...exclusive, wait: 5 })).rejects.toThrow();
  await child.kill();
  expect(readdirSync(directory).sort()).toEqual([
    'session-1.holder.json',
    'session-1.lock',
    'session-1.lock.next',
  ]);
  expect(await locks.remove('session-1')).toBe(true);
  expect(readdirSync(directory)).toEqual([]);
});

test('S5: a connection kept from before a removal does not lock the deleted file', async () => {
  const directory = tempDirectory();
  const [one, two] = [openLocks(directory), openLocks(directory)];
  for (const mode of ['exclusive', 'shared'] as const) {
    await (await one.acquire('writer', { mode })).release();
    await two.remove('writer');
    const child = await LockChild.start(directory);
    await child.acquire('writer', exclusive);
    await expect(one.acquire('writer', { mode })).rejects.toMatchObject({ code: 'LOCKED' });
    await child.kill();
    await (await one.acquire('writer', { mode })).release();
  }
});

test('S5: a file deleted behind the back of a waiter is opened again', async () => {
  const directory = tempDirectory();
  const [one, two] = [openLocks(directory), openLocks(directory)];
  const first = await one.acquire('writer', exclusive);
  const waiting = two.acquire('writer', { ...exclusive, wait: 25_000 });
  rmSync(join(directory, 'writer.lock'));
  await first.release();
  await using lock = await waiting;
  await expect(one.acquire(lock.name, exclusive)).rejects.toMatchObject({ code: 'LOCKED' });
});

test('SD-77: processes that take and remove the same lock all the time never meet inside', async () => {
  const directory = tempDirectory();
  const file = join(directory, 'number');
  writeFileSync(file, '0');
  const children = await Promise.all(Array.from({ length: 6 }, async () => await LockChild.start(directory)));
  const work = { name: 'pin-1', file, times: 100, remove: true };
  await Promise.all(children.map((child) => child.call('count', work)));
  expect(readFileSync(file, 'utf8')).toBe('600');
});
