import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { makeWorkspace } from '@stepwell/testkit';
import { expect, test } from 'vitest';

const script = fileURLToPath(new URL('fixtures/steady-writer.mjs', import.meta.url));

test('S2: a program that does nothing but write gets all its answers, while the log is written back', async () => {
  await using workspace = await makeWorkspace('steady');
  const { stdout } = await promisify(execFile)(process.execPath, [script, workspace.within('store')]);
  expect(stdout).toBe('3000\n');
});
