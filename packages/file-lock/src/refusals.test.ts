import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fileLocks } from './file-locks.ts';
import { LockChild } from './fixtures/lock-child.ts';
import { openLocks, tempDirectory } from './fixtures/temp-directory.ts';

const exclusive = { mode: 'exclusive' } as const;
const shared = { mode: 'shared' } as const;

describe('S11: what cannot be is INVALID_ARGUMENT', () => {
  test.each(['', '.', '..', '.hidden', 'a/b', 'a\\b', 'ä', 'a b', 'a\n', 'x'.repeat(129), '../writer'])(
    'name %j',
    async (name) => {
      const directory = tempDirectory();
      const locks = openLocks(directory);
      for (const call of [
        locks.acquire(name, exclusive),
        locks.isHeld(name),
        locks.holder(name),
        locks.remove(name),
      ]) {
        await expect(call).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
      }
      expect(readdirSync(directory)).toEqual([]);
    },
  );

  test('the longest name can be', async () => {
    await using lock = await openLocks(tempDirectory()).acquire('x'.repeat(128), exclusive);
    expect(lock.name).toHaveLength(128);
  });

  test.each([-1, Number.NaN, '5' as never])('wait %j', async (wait) => {
    const refusal = openLocks(tempDirectory()).acquire('writer', { ...exclusive, wait });
    await expect(refusal).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  test.each([
    ['mode', undefined],
    ['mode', {}],
    ['mode', { mode: 'both' }],
    ['purpose', { ...exclusive, purpose: 5 }],
    ['signal', { ...exclusive, signal: 5 }],
    ['wiat', { ...exclusive, wiat: 5 }],
  ])('%s of %j, which is named', async (option, request) => {
    const directory = tempDirectory();
    await expect(openLocks(directory).acquire('writer', request as never)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining(`request.${option}`),
      details: { option: `request.${option}` },
    });
    expect(readdirSync(directory)).toEqual([]);
  });

  test('prefix', async () => {
    await expect(openLocks(tempDirectory()).list(5 as never)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });
});

test('without a prefix every lock is listed, also for callers without types', async () => {
  const locks = openLocks(tempDirectory());
  for (const name of ['writer', 'pin-7']) await (await locks.acquire(name, exclusive)).release();
  const list: (prefix?: string) => Promise<readonly string[]> = locks.list.bind(locks) as never;
  expect([...(await list())].sort()).toEqual(['pin-7', 'writer']);
});

test.each([7, 512, 5_000])(
  'S11: a lock file of %i foreign bytes is CORRUPT, named and left as it is',
  async (size) => {
    const directory = tempDirectory();
    const locks = openLocks(directory);
    const path = join(directory, 'writer.lock');
    writeFileSync(path, 'x'.repeat(size));
    const error = { code: 'CORRUPT', message: expect.stringContaining(path) };
    for (const call of [
      locks.acquire('writer', exclusive),
      locks.acquire('writer', shared),
      locks.isHeld('writer'),
    ]) {
      await expect(call).rejects.toMatchObject(error);
    }
    await expect(locks.remove('writer')).rejects.toMatchObject(error);
    expect(readFileSync(path, 'utf8')).toBe('x'.repeat(size));
    rmSync(path);
    await using lock = await locks.acquire('writer', exclusive);
    expect(lock.name).toBe('writer');
  },
);

test('S11: a directory that cannot be is INVALID_ARGUMENT, with its path', async () => {
  const place = tempDirectory();
  const [file, circle] = [join(place, 'file'), join(place, 'circle')];
  writeFileSync(file, '');
  symlinkSync('circle', circle);
  for (const directory of [file, join(file, 'locks'), join(file, 'deeper', 'locks'), circle]) {
    const locks = openLocks(directory);
    for (const call of [
      locks.acquire('writer', exclusive),
      locks.acquire('writer', shared),
      locks.isHeld('writer'),
      locks.remove('writer'),
      locks.list(''),
    ]) {
      await expect(call).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        message: expect.stringMatching(/a file is in the way|its links lead in a circle/),
        details: { path: expect.stringContaining(place) },
      });
    }
  }
  expect(readdirSync(place).sort()).toEqual(['circle', 'file']);
});

test('S11: so are options that cannot be', () => {
  const invalid: unknown = expect.objectContaining({ code: 'INVALID_ARGUMENT' });
  for (const options of [{ spare: -1 }, { networkFiles: 1 }, { network: true }, { spares: 3 }]) {
    expect(() => fileLocks('locks', options as never)).toThrowError(invalid);
  }
  for (const directory of ['', undefined, 'a\0b']) {
    expect(() => fileLocks(directory as never)).toThrowError(invalid);
  }
});

test('S11: a directory in the place of a lock file is IO, with its path', async () => {
  const directory = tempDirectory();
  const path = join(directory, 'writer.lock');
  mkdirSync(path);
  const refusal = openLocks(directory).acquire('writer', exclusive);
  await expect(refusal).rejects.toMatchObject({ code: 'IO', message: expect.stringContaining(path) });
});

/** Runs `work` without the powers of root, whom permissions do not stop. */
async function unprivileged(work: () => Promise<void>): Promise<void> {
  if (process.geteuid?.() !== 0) return await work();
  process.setegid?.(65_534);
  process.seteuid?.(65_534);
  try {
    await work();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
  }
}

test.skipIf(process.platform === 'win32')(
  'S6: in a directory that cannot be written, an existing lock can be shared, and all else is READ_ONLY',
  async () => {
    const directory = join(tempDirectory(), 'locks');
    const writer = openLocks(directory);
    await (await writer.acquire('pin-1', shared)).release();
    chmodSync(dirname(directory), 0o755);
    chmodSync(directory, 0o555);
    chmodSync(join(directory, 'pin-1.lock'), 0o444);
    await unprivileged(async () => {
      const locks = openLocks(directory);
      await expect(locks.acquire('writer', exclusive)).rejects.toMatchObject({ code: 'READ_ONLY' });
      await expect(locks.acquire('pin-2', shared)).rejects.toMatchObject({ code: 'READ_ONLY' });
      await expect(locks.acquire('pin-1', exclusive)).rejects.toMatchObject({ code: 'READ_ONLY' });
      await expect(openLocks(join(directory, 'deeper')).acquire('x', shared)).rejects.toMatchObject({
        code: 'READ_ONLY',
      });
      expect(await locks.isHeld('pin-1')).toBe(false);
      await using pin = await locks.acquire('pin-1', { ...shared, wait: 100 });
      expect(pin.mode).toBe('shared');
    });
    chmodSync(directory, 0o755);
  },
);

test('S7: a lock that looks taken for an instant only is neither refused nor held', async () => {
  const directory = tempDirectory();
  const [one, two] = [openLocks(directory), openLocks(directory)];
  for (const mode of ['shared', 'exclusive'] as const) {
    // As another process would that asks about it: by the time it answers, the question is over.
    const instant = await one.acquire('session-1', { mode });
    const [held, taking] = [two.isHeld('session-1'), two.acquire('session-1', exclusive)];
    await instant.release();
    expect(await held).toBe(false);
    await (await taking).release();
  }
});

test('S7: asking about a lock that is being asked for does not read as held', async () => {
  const directory = tempDirectory();
  const locks = openLocks(directory);
  const child = await LockChild.start(directory);
  await (await locks.acquire('session-1', shared)).release();
  let asking = true;
  const probing = (async () => {
    const answers: unknown[] = [];
    while (asking) answers.push(await child.call('isHeld', { name: 'session-1' }));
    return answers;
  })();
  for (let turn = 0; turn < 200; turn += 1) {
    expect(await locks.isHeld('session-1')).toBe(false);
    await (await locks.acquire('session-1', shared)).release();
  }
  asking = false;
  expect(new Set(await probing)).toEqual(new Set([false]));
});

test.runIf(process.platform === 'linux')(
  'S10: locks taken once and released do not pile up descriptors',
  async () => {
    const locks = openLocks(tempDirectory(), { spare: 3 });
    const before = readdirSync('/proc/self/fd').length;
    for (let session = 0; session < 50; session += 1) {
      await (await locks.acquire(`session-${session}`, exclusive)).release();
      await locks.isHeld(`session-${session}`);
    }
    expect(readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(before + 3);
  },
);
