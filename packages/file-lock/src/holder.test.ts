import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { LockChild } from './fixtures/lock-child.ts';
import { openLocks, tempDirectory } from './fixtures/temp-directory.ts';

const exclusive = { mode: 'exclusive' } as const;

test('SD-23: a refusal names the holder, its host, its start and its purpose', async () => {
  const directory = tempDirectory();
  const locks = openLocks(directory);
  const child = await LockChild.start(directory);
  await child.acquire('writer', { ...exclusive, purpose: 'stepwell run' });
  const holder = { pid: child.pid, host: hostname(), since: expect.any(Number), purpose: 'stepwell run' };
  await expect(locks.acquire('writer', exclusive)).rejects.toMatchObject({
    message: expect.stringMatching(
      `the lock "writer" in ${directory} is held by process ${child.pid} on ${hostname()} since 2.*Z \\(stepwell run\\)`,
    ),
    details: { name: 'writer', directory, mode: 'exclusive', holder },
  });
  expect(await locks.holder('writer')).toEqual(holder);
});

test('SD-23: so does a refusal within one provider and within one process', async () => {
  const directory = tempDirectory();
  const locks = openLocks(directory);
  await using lock = await locks.acquire('writer', { ...exclusive, purpose: 'a test' });
  const holder = { pid: process.pid, purpose: 'a test' };
  for (const asker of [locks, openLocks(directory)]) {
    await expect(asker.acquire(lock.name, exclusive)).rejects.toMatchObject({ details: { holder } });
    expect(await asker.holder('writer')).toMatchObject(holder);
  }
});

test('SD-23: a turn without a purpose writes no file, until it lasts', async () => {
  const directory = tempDirectory();
  const locks = openLocks(directory);
  await using lock = await locks.acquire('writer', exclusive);
  expect(readdirSync(directory)).toEqual(['writer.lock']);
  await vi.waitUntil(() => existsSync(join(directory, 'writer.holder.json')), {
    timeout: 25_000,
    interval: 1,
  });
  const holder = { pid: process.pid, host: hostname(), purpose: '' };
  await expect(openLocks(directory).acquire(lock.name, exclusive)).rejects.toMatchObject({
    details: { holder },
  });
  await lock.release();
  expect(readdirSync(directory)).toEqual(['writer.lock']);
});

test('SD-24: the word of the holder goes with the lock, and nothing undocumented stays', async () => {
  const directory = tempDirectory();
  const [one, two] = [openLocks(directory), openLocks(directory)];
  const lock = await one.acquire('writer', { ...exclusive, purpose: 'a test' });
  expect(readdirSync(directory).sort()).toEqual(['writer.holder.json', 'writer.lock']);
  await expect(two.acquire('writer', { ...exclusive, wait: 5 })).rejects.toMatchObject({ code: 'BUSY' });
  await lock.release();
  await (await one.acquire('pin-1', { mode: 'shared' })).release();
  expect(readdirSync(directory).sort()).toEqual(['pin-1.lock', 'writer.lock', 'writer.lock.next']);
  expect(await two.holder('writer')).toBeUndefined();
});

test('SD-25: the word of a killed holder is not believed, and the next holder replaces it', async () => {
  const directory = tempDirectory();
  const locks = openLocks(directory);
  for (const mode of ['exclusive', 'shared'] as const) {
    const child = await LockChild.start(directory);
    await child.acquire('writer', { ...exclusive, purpose: 'a test' });
    await child.kill();
    expect(readdirSync(directory)).toContain('writer.holder.json');
    expect(await locks.isHeld('writer')).toBe(false);
    expect(await locks.holder('writer')).toBeUndefined();
    const lock = await locks.acquire('writer', { mode });
    expect((await locks.holder('writer'))?.pid).toBe(mode === 'exclusive' ? process.pid : undefined);
    await lock.release();
    expect(readdirSync(directory)).not.toContain('writer.holder.json');
  }
});

test.each(['', '{', '[]', 'null', '{"pid":"4711","since":1,"host":"h","purpose":""}'])(
  'SD-25: a holder file of %j costs the refusal its holder and nothing else',
  async (content) => {
    const directory = tempDirectory();
    await using lock = await openLocks(directory).acquire('writer', { ...exclusive, purpose: 'a test' });
    writeFileSync(join(directory, 'writer.holder.json'), content);
    const refusal = openLocks(directory).acquire(lock.name, exclusive);
    await expect(refusal).rejects.toMatchObject({
      code: 'LOCKED',
      message: expect.stringContaining('another process'),
    });
    await expect(refusal).rejects.not.toHaveProperty('details.holder');
  },
);

test('S11: a holder time that is no date is left out of the message', async () => {
  const directory = tempDirectory();
  await using lock = await openLocks(directory).acquire('writer', { ...exclusive, purpose: 'a test' });
  const holder = { pid: 1, host: 'h', since: 1e300, purpose: '' };
  writeFileSync(join(directory, 'writer.holder.json'), JSON.stringify(holder));
  await expect(openLocks(directory).acquire(lock.name, exclusive)).rejects.toMatchObject({
    message: expect.stringMatching(/by process 1 on h$/),
  });
});

test('S5: a holder file that cannot be written costs no lock', async () => {
  const directory = tempDirectory();
  mkdirSync(join(directory, 'writer.holder.json'));
  await using lock = await openLocks(directory).acquire('writer', { ...exclusive, purpose: 'a test' });
  expect(lock.name).toBe('writer');
});
