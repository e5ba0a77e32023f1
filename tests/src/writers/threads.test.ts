import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { toArray } from '@stepwell/core';
import { makeWorkspace } from '@stepwell/testkit';
import { open } from 'stepwell';
import { expect, test } from 'vitest';

interface Told {
  readonly acknowledged: number;
  readonly epoch: number;
}

const script = new URL('../fixtures/thread-writer.mjs', import.meta.url);
const count = 30;

/** A thread that writes; what it told, and how it ended. */
function startThread(directory: string, name: string) {
  const worker = new Worker(script, { argv: [directory, name, `${count}`] });
  const told: Told[] = [];
  worker.on('message', (message: Told) => told.push(message));
  const ended = once(worker, 'exit');
  // A failure is told by `ended`, whoever waits for it by then.
  ended.catch(() => undefined);
  return { name, worker, told, ended };
}

test('S5: threads of one process write in turn, one is ended in the middle, and nothing is lost or there twice', {
  timeout: 120_000,
}, async () => {
  await using workspace = await makeWorkspace('threads');
  const directory = workspace.within('store');
  await using stepwell = await open(directory, { writer: 'shared', busyWait: 25_000, onWarning: () => {} });
  const threads = ['t1', 't2', 't3', 't4'].map((name) => startThread(directory, name));
  const [victim, ...others] = threads;
  try {
    // This thread is one of the writers.
    for (let number = 1; (victim?.told.length ?? 0) < 5; number += 1) {
      await stepwell.store.write([]);
      await stepwell.recorder.execution(`run ${number}`, async () => {});
    }
    await victim?.worker.terminate();
    for (const { ended, name } of others) expect(await ended, name).toEqual([0]);

    await stepwell.store.withSnapshot(async ({ view, epoch }) => {
      const lines = await toArray(view.logs.lines('both'));
      for (const { name, told } of threads) {
        const mine = lines.filter(({ text }) => text.startsWith(`${name} `));
        const facts = await view.records.facts({ subject: name }).all();
        expect(mine.map(({ text }) => text)).toEqual(mine.map((_, index) => `${name} ${index + 1}`));
        expect(facts).toHaveLength(mine.length);
        expect(told.map(({ epoch }) => epoch)).toEqual(mine.slice(0, told.length).map(({ epoch }) => epoch));
        if (name !== victim?.name) expect(mine).toHaveLength(count);
      }
      expect(new Set(lines.map((line) => line.epoch)).size).toBe(lines.length);
      expect(Math.max(...lines.map((line) => line.epoch))).toBeLessThanOrEqual(epoch);
    });
    expect((await stepwell.store.maintenance.verify()).problems).toEqual([]);
  } finally {
    for (const { worker } of threads) await worker.terminate();
  }
});
