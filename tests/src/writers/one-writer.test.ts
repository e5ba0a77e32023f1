import { once } from 'node:events';
import { statSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { relative } from 'node:path';
import { Worker } from 'node:worker_threads';
import { toArray } from '@stepwell/core';
import { makeWorkspace, runChild, type Workspace } from '@stepwell/testkit';
import { open, openReadOnly } from 'stepwell';
import { expect, test } from 'vitest';
import { codeOf } from '../fixtures/code-of.ts';

const holder = new URL('../fixtures/hold-store.mjs', import.meta.url);

interface Held {
  readonly epoch?: number;
  readonly code?: string;
  readonly holder?: unknown;
}

/** A worker thread of this process that holds the store, or was refused. */
async function thread(directory: string): Promise<{ readonly told: Held } & AsyncDisposable> {
  const worker = new Worker(holder, { argv: [directory] });
  const [told] = (await once(worker, 'message')) as [Held];
  const terminate = async (): Promise<void> => void (await worker.terminate());
  return { told, [Symbol.asyncDispose]: terminate };
}

/** Whether names that differ in case name one file in the directory of `workspace`. */
async function ignoresCase(workspace: Workspace): Promise<boolean> {
  await mkdir(workspace.within('case'));
  return statSync(workspace.within('CASE'), { throwIfNoEntry: false }) !== undefined;
}

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
    ...((await ignoresCase(workspace)) ? [workspace.within('STORE')] : []),
  ];
  for (const spelling of spellings) {
    await expect(open(spelling), spelling).rejects.toMatchObject({
      code: 'LOCKED',
      retryable: true,
      message: expect.stringContaining(`${child.pid}`),
      details: {
        holder: { pid: child.pid, host: hostname(), since: expect.any(Number), purpose: 'holding on' },
      },
    });
    expect(await codeOf(open(spelling, { writer: 'shared', busyWait: 20 }))).toBe('LOCKED');
  }
  // Reading goes on, beside it and under any name.
  await using reader = await openReadOnly(workspace.within('alias'));
  expect(await reader.store.withSnapshot((snapshot) => snapshot.epoch)).toBe(epoch);
});

test('S5: nor does one process get it twice, by one thread or by two', async () => {
  await using workspace = await makeWorkspace('writer');
  const directory = workspace.within('store');
  const own = { pid: process.pid, host: hostname() };
  {
    await using held = await open(directory, { purpose: 'a test' });
    await expect(open(directory)).rejects.toMatchObject({
      code: 'LOCKED',
      details: { holder: { ...own, purpose: 'a test' } },
    });
    expect(await codeOf(open(directory, { writer: 'shared', busyWait: 20 }))).toBe('LOCKED');
    await using refused = await thread(directory);
    expect(refused.told).toMatchObject({ code: 'LOCKED', holder: { ...own, purpose: 'a test' } });
    // The refused have closed what they had opened: the kernel's lock did not go with it.
    await using child = runChild<Held>(holder, { args: [directory] });
    expect(await child.waitFor(() => true)).toMatchObject({ code: 'LOCKED', holder: own });
    await held.store.write([]);
  }
  {
    await using holding = await thread(directory);
    expect(holding.told).toEqual({ epoch: 1 });
    await expect(open(directory)).rejects.toMatchObject({
      code: 'LOCKED',
      details: { holder: { ...own, purpose: 'holding on' } },
    });
  }
  // A thread that ended in the middle has let go, and what it was told was stored is there.
  await using stepwell = await open(directory);
  expect(await stepwell.store.withSnapshot(({ epoch }) => epoch)).toBe(1);
});

test('S5: a process that the holder has started does not inherit the lock', async () => {
  await using workspace = await makeWorkspace('writer');
  const directory = workspace.within('store');
  await using parent = runChild<{ child: number }>(
    new URL('../fixtures/hold-and-spawn.mjs', import.meta.url),
    { args: [directory] },
  );
  const { child } = await parent.waitFor(() => true);
  try {
    await parent.kill();
    await using stepwell = await open(directory);
    process.kill(child, 0); // it lives
    expect((await stepwell.store.write([])).epoch).toBe(0);
  } finally {
    process.kill(child, 'SIGKILL');
  }
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
