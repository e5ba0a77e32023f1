import { existsSync } from 'node:fs';
import { chmod, mkdir, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { makeWorkspace } from './workspace.ts';

test('SD-08: a workspace is a private directory under the temp root that is gone afterwards', async () => {
  let path = '';
  {
    await using workspace = await makeWorkspace('My Prefix!');
    path = workspace.path;
    expect(basename(path)).toMatch(/^stepwell-myprefix-.{6}$/);
    expect(dirname(path)).toBe(tmpdir());
    if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o700);
    await mkdir(workspace.within('a', 'b'), { recursive: true });
    await writeFile(workspace.within('a', 'b', 'c.txt'), 'x');
  }
  expect(existsSync(path)).toBe(false);
});

test('SD-08: two workspaces of one prefix are two directories', async () => {
  await using one = await makeWorkspace('twin');
  await using two = await makeWorkspace('twin');
  expect(one.path).not.toBe(two.path);
});

test('SD-08: within refuses to leave the workspace', async () => {
  await using workspace = await makeWorkspace('escape');
  expect(workspace.within()).toBe(workspace.path);
  expect(workspace.within('a', '..', 'b')).toBe(join(workspace.path, 'b'));
  expect(workspace.within('..hidden')).toBe(join(workspace.path, '..hidden'));
  for (const parts of [['..'], ['a', '..', '..'], ['/etc/passwd'], [`../${basename(workspace.path)}-twin`]]) {
    expect(() => workspace.within(...parts)).toThrowError(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
  }
});

test('SD-08: disposing twice is harmless', async () => {
  const workspace = await makeWorkspace('twice');
  await workspace[Symbol.asyncDispose]();
  await workspace[Symbol.asyncDispose]();
});

test('SD-08: KEEP_TMP=1 keeps the directory', async () => {
  const workspace = await makeWorkspace('kept');
  process.env.KEEP_TMP = '1';
  try {
    await workspace[Symbol.asyncDispose]();
    expect(existsSync(workspace.path)).toBe(true);
  } finally {
    delete process.env.KEEP_TMP;
    await workspace[Symbol.asyncDispose]();
  }
  expect(existsSync(workspace.path)).toBe(false);
});

// Root may remove anything, and Windows has no such mode bits.
test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
  'SD-08: a removal that fails is an error that lists what is left',
  async () => {
    const workspace = await makeWorkspace('stuck');
    await mkdir(workspace.within('locked'));
    await writeFile(workspace.within('locked', 'left.txt'), 'x');
    await chmod(workspace.within('locked'), 0o500);
    try {
      await expect(workspace[Symbol.asyncDispose]()).rejects.toThrowError(/left\.txt/);
    } finally {
      await chmod(workspace.within('locked'), 0o700);
      await workspace[Symbol.asyncDispose]();
    }
  },
);
