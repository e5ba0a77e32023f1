import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeWorkspace, type Workspace } from '@stepwell/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeStoreDirectory } from './make-store-directory.ts';

let workspace: Workspace;
beforeEach(async () => {
  workspace = await makeWorkspace('make-store');
});
afterEach(async () => {
  await workspace[Symbol.asyncDispose]();
});

test('a new .stepwell is hidden from git, with all that is missing above it; once', async () => {
  const store = workspace.within('project', 'src', '.stepwell');
  expect(await makeStoreDirectory(store)).toBe(true);
  expect(readFileSync(join(store, '.gitignore'), 'utf8')).toBe('*\n');
  expect(await makeStoreDirectory(store)).toBe(false);
});

test('a directory of another name, or one that is there, is left as it is', async () => {
  expect(await makeStoreDirectory(workspace.within('records'))).toBe(true);
  expect(readdirSync(workspace.within('records'))).toEqual([]);
  mkdirSync(workspace.within('.stepwell'));
  expect(await makeStoreDirectory(workspace.within('.stepwell'))).toBe(false);
  expect(readdirSync(workspace.within('.stepwell'))).toEqual([]);
});

test('S11: where none can be made, it says why', async () => {
  writeFileSync(workspace.within('file'), '');
  for (const path of [workspace.within('file'), workspace.within('file', 'store')]) {
    await expect(makeStoreDirectory(path)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining(`no store can be made in ${path}`),
    });
  }
});
