import { symlink } from 'node:fs/promises';
import { relative } from 'node:path';
import { toArray } from '@stepwell/core';
import { makeWorkspace, runChild } from '@stepwell/testkit';
import { open, openReadOnly } from 'stepwell';
import { expect, test } from 'vitest';
import { codeOf } from '../fixtures/code-of.ts';

const holder = new URL('../fixtures/hold-store.mjs', import.meta.url);

test('S5: the second writer is told who has the store, under whichever name it asks for it', async () => {
  await using workspace = await makeWorkspace('writer');
  const directory = workspace.within('store');
  await using child = runChild<{ epoch: number }>(holder, { args: [directory] });
  const { epoch } = await child.waitFor(() => true);
  await symlink(directory, workspace.within('alias'));
  await symlink(workspace.path, workspace.within('loop'));
  const spellings = [
    directory,
    `${directory}/`,
    `${directory}/../store/.`,
    relative(process.cwd(), directory),
    workspace.within('alias'),
    workspace.within('loop', 'loop', 'store'),
  ];
  for (const spelling of spellings) {
    await expect(open(spelling), spelling).rejects.toMatchObject({
      code: 'LOCKED',
      retryable: true,
      message: expect.stringContaining(`${child.pid}`),
      details: { holder: { pid: child.pid, purpose: 'holding on' } },
    });
    expect(await codeOf(open(spelling, { writer: 'shared', busyWait: 20 }))).toBe('LOCKED');
  }
  // Reading goes on, beside it and under any name.
  await using reader = await openReadOnly(workspace.within('alias'));
  expect(await reader.store.withSnapshot((snapshot) => snapshot.epoch)).toBe(epoch);
});

test('S5, S7: a writer that is killed is succeeded at once, with all that it acknowledged', async () => {
  await using workspace = await makeWorkspace('writer');
  const directory = workspace.within('store');
  for (let round = 1; round <= 3; round += 1) {
    const child = runChild<{ epoch: number }>(holder, { args: [directory] });
    await child.waitFor(() => true);
    await child.kill();
    await using stepwell = await open(directory);
    await stepwell.store.withSnapshot(async ({ view, epoch }) => {
      expect(epoch).toBe(round);
      expect((await toArray(view.logs.lines('held'))).map((line) => line.text)).toEqual(
        Array.from({ length: round }, () => 'acknowledged'),
      );
    });
  }
});

test('S5: who waits for the store gets it when its holder dies', async () => {
  await using workspace = await makeWorkspace('writer');
  const directory = workspace.within('store');
  await using child = runChild<{ epoch: number }>(holder, { args: [directory] });
  await child.waitFor(() => true);
  const waiting = open(directory, { lockWait: 25_000 });
  await child.kill();
  await using stepwell = await waiting;
  expect((await stepwell.store.write([])).epoch).toBe(1);
});
