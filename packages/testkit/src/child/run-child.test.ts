import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { makeWorkspace, type Workspace } from '../workspace/workspace.ts';
import { runChild } from './run-child.ts';

async function scriptIn(workspace: Workspace, source: string): Promise<string> {
  const path = workspace.within('child.mjs');
  await writeFile(path, source);
  return path;
}

test('SD-40: messages and lines of a child arrive, past and future, and its end is told', async () => {
  await using workspace = await makeWorkspace('child');
  const script = await scriptIn(
    workspace,
    `process.send({ ready: process.argv[2], tag: process.env.TAG });
     process.once('message', (bytes) => { console.log('got ' + bytes.length); process.exitCode = 3; process.disconnect(); });`,
  );
  await using child = runChild<{ ready: string; tag: string }>(script, { args: ['yes'], env: { TAG: 'x' } });
  expect(await child.waitFor((message) => message.ready === 'yes')).toEqual({ ready: 'yes', tag: 'x' });
  expect(await child.waitFor(() => true)).toEqual({ ready: 'yes', tag: 'x' });
  child.send(new Uint8Array(5));
  expect(await child.waitForLine((line) => line.startsWith('got'))).toBe('got 5');
  expect(await child.exited).toEqual({ code: 3, signal: null });
  expect(child.messages).toHaveLength(1);
  expect(child.lines).toEqual(['got 5']);
});

test('SD-40: a killed child is gone when kill resolves', async () => {
  await using workspace = await makeWorkspace('child');
  const script = await scriptIn(workspace, `process.send('ready'); setInterval(() => {}, 1000);`);
  const child = runChild<string>(script);
  await child.waitFor((message) => message === 'ready');
  expect(await child.kill()).toEqual({ code: null, signal: 'SIGKILL' });
  expect(() => process.kill(child.pid, 0)).toThrowError(/ESRCH/);
});

test('S11: waiting for a child that ends fails with what it said on stderr', async () => {
  await using workspace = await makeWorkspace('child');
  const script = await scriptIn(workspace, `throw new Error('on purpose');`);
  await using child = runChild(script);
  await expect(child.waitFor(() => true)).rejects.toMatchObject({
    code: 'IO',
    message: expect.stringContaining('on purpose'),
    details: { code: 1, signal: null },
  });
});

test('SD-40: leaving the scope of a child kills it', async () => {
  await using workspace = await makeWorkspace('child');
  const script = await scriptIn(workspace, `process.send('ready'); setInterval(() => {}, 1000);`);
  let pid = 0;
  {
    await using child = runChild<string>(script);
    await child.waitFor(() => true);
    pid = child.pid;
  }
  expect(() => process.kill(pid, 0)).toThrowError(/ESRCH/);
});
