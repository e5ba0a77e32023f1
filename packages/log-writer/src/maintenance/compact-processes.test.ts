import { openReader, openStore, toArray } from '@stepwell/core';
import { fileLogs } from '@stepwell/log-writer';
import { type Child, runChild } from '@stepwell/testkit';
import { expect, test } from 'vitest';
import { segmentFiles } from '../fixtures/compacted.ts';
import { tempDirectory } from '../fixtures/temp-directory.ts';

// Of the built package: here compactions have a thread of their own.

interface Message {
  readonly number: number;
  readonly performed: number;
}

interface Work {
  readonly directory: string;
  readonly stream: string;
  readonly rounds: number;
  readonly maintenance: 'background' | 'manual';
}

function start(work: Work): Child<Message> {
  return runChild<Message>(new URL('../fixtures/compact-forever.mjs', import.meta.url), {
    args: [JSON.stringify(work)],
  });
}

const textOf = (number: number) => `${number} ${'.'.repeat((number * 7919) % 3000)}`;

/** How many lines a stream has, when each of them is what `compact-forever.mjs` writes. */
async function countSound(directory: string, stream: string): Promise<number> {
  const reader = await openReader(fileLogs({ directory }));
  try {
    return await reader.withSnapshot(async ({ view }) => {
      const lines = await toArray(view.lines(stream));
      expect(lines.map(({ number, text }) => [number, text])).toEqual(
        lines.map((_, i) => [i + 1, textOf(i + 1)]),
      );
      return lines.length;
    });
  } finally {
    await reader.close();
  }
}

test('S5, S9: two processes write and compact at once, a third is killed at it; readers see every line all the time', {
  timeout: 120_000,
}, async () => {
  const directory = tempDirectory();
  const work = { directory, rounds: 15, maintenance: 'manual' } as const;
  const one = start({ ...work, stream: 'one' });
  const two = start({ ...work, stream: 'two', maintenance: 'background' });
  const victim = start({ ...work, stream: 'victim', rounds: 1000 });
  await victim.waitFor(({ performed }) => performed >= 1);
  await victim.kill();
  const killedAt = victim.messages.at(-1)?.number ?? 0;
  const exits = Promise.all([one.exited, two.exited]);
  let isOver = false;
  void exits.then(() => {
    isOver = true;
  });
  let before = 0;
  while (!isOver) {
    const seen = await countSound(directory, 'one');
    expect(seen).toBeGreaterThanOrEqual(before);
    before = seen;
    expect(await countSound(directory, 'victim')).toBeGreaterThanOrEqual(killedAt);
  }
  expect(await exits, one.stderr + two.stderr).toEqual([
    { code: 0, signal: null },
    { code: 0, signal: null },
  ]);
  expect(await countSound(directory, 'one')).toBe(150);
  expect(await countSound(directory, 'two')).toBe(150);

  const store = await openStore(fileLogs({ directory, maintenance: 'manual' }), { onWarning: () => {} });
  expect((await store.maintenance.verify()).problems).toEqual([]);
  await store.maintenance.compact({ full: true });
  await store.maintenance.collect();
  expect(segmentFiles(directory)).toMatchObject({ frames: { length: 1 }, sealed: { length: 1 } });
  expect(await countSound(directory, 'one')).toBe(150);
  await store.close();
});
