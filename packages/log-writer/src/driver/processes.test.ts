import { type LogView, openReader, openStore, toArray } from '@stepwell/core';
import { type Child, runChild } from '@stepwell/testkit';
import { expect, test } from 'vitest';
import { tempDirectory } from '../fixtures/temp-directory.ts';
import { fileLogs } from './file-logs.ts';

interface Message {
  readonly ready?: boolean;
  readonly number?: number;
  readonly epoch?: number;
}

interface Work {
  readonly directory: string;
  readonly stream: string;
  readonly writer: 'exclusive' | 'shared';
  readonly lines: number;
  readonly segmentBytes: number;
  readonly from: number;
}

function startAppending(work: Work): Child<Message> {
  return runChild<Message>(new URL('../fixtures/append-child.mjs', import.meta.url), {
    args: [JSON.stringify(work)],
  });
}

/** How many lines a stream has, when each of them is what `append-child.mjs` writes. */
async function countSound(view: LogView, stream: string): Promise<number> {
  let number = 0;
  for await (const line of view.lines(stream)) {
    number += 1;
    expect(line.number).toBe(number);
    expect(line.text === `${number} ${'x'.repeat((number * 7919) % 50_000)}`, `line ${number}`).toBe(true);
  }
  return number;
}

test('S7: killed at any instant, again and again: acknowledged ⊆ present ⊆ attempted, both streams alike', {
  timeout: 120_000,
}, async () => {
  const directory = tempDirectory();
  let present = 0;
  for (let round = 0; round < 15; round++) {
    const work = {
      directory,
      stream: 'a',
      writer: 'exclusive',
      segmentBytes: 1024 * 1024,
      from: present + 1,
    } as const;
    await using child = startAppending({ ...work, lines: 1_000_000 });
    const until = present + 1 + ((round * 13) % 40);
    await child.waitFor(({ number = 0 }) => number >= until);
    expect(await child.kill()).toMatchObject({ signal: 'SIGKILL' });
    const acknowledged = child.messages.at(-1)?.number ?? 0;

    const reader = await openReader(fileLogs({ directory }));
    const seen = await reader.withSnapshot(async ({ view }) => await countSound(view, 'a'));
    await reader.close();
    const store = await openStore(fileLogs({ directory }), { onWarning: () => {} });
    await store.withSnapshot(async ({ view, epoch }) => {
      present = await countSound(view, 'a');
      expect(await countSound(view, 'a 2')).toBe(present);
      expect(epoch).toBe(present);
    });
    expect(seen, 'recovery takes nothing that a reader has seen').toBe(present);
    expect(present).toBeGreaterThanOrEqual(acknowledged);
    // What was acknowledged may still have been on its way to the parent.
    expect(present).toBeLessThan(acknowledged + 1000);
    expect((await store.maintenance.verify()).problems).toEqual([]);
    await store.close();
  }
});

test('S5: processes that append in turn lose nothing, tear nothing, and never share an epoch; one of them is killed', {
  timeout: 120_000,
}, async () => {
  const directory = tempDirectory();
  const work = { directory, writer: 'shared', lines: 120, segmentBytes: 256 * 1024, from: 1 } as const;
  const children = ['a', 'b', 'c'].map((stream) => startAppending({ ...work, stream }));
  const victim = startAppending({ ...work, stream: 'victim', lines: 1_000_000 });
  await victim.waitFor(({ number = 0 }) => number >= 20);
  await victim.kill();
  for (const child of children) expect(await child.exited, child.stderr).toEqual({ code: 0, signal: null });

  const store = await openStore(fileLogs({ directory }), { onWarning: () => {} });
  await store.withSnapshot(async ({ view, epoch }) => {
    for (const stream of ['a', 'b', 'c']) expect(await countSound(view, stream)).toBe(120);
    const acknowledged = victim.messages.at(-1)?.number ?? 0;
    const present = await countSound(view, 'victim');
    expect(present).toBeGreaterThanOrEqual(acknowledged);
    expect(epoch).toBe(360 + present);
    const lines = await Promise.all(
      ['a', 'b', 'c', 'victim'].map(async (stream) => await toArray(view.lines(stream))),
    );
    const epochs = lines.flat().map((line) => line.epoch);
    expect(new Set(epochs).size).toBe(epochs.length);
  });
  expect((await store.maintenance.verify()).problems).toEqual([]);
  await store.close();
});

test('S6: a reader follows a writer of another process, and what it shows only grows', {
  timeout: 120_000,
}, async () => {
  const directory = tempDirectory();
  await using child = startAppending({
    directory,
    stream: 'a',
    writer: 'exclusive',
    lines: 1_000_000,
    segmentBytes: 512 * 1024,
    from: 1,
  });
  await child.waitFor(({ number = 0 }) => number >= 1);
  const reader = await openReader(fileLogs({ directory }));
  let before = 0;
  for (let look = 0; look < 20; look++) {
    const acknowledged = child.messages.at(-1)?.number ?? 0;
    await reader.withSnapshot(async ({ view }) => {
      const present = await countSound(view, 'a');
      expect(await countSound(view, 'a 2'), 'of one commit all or nothing').toBe(present);
      expect(present).toBeGreaterThanOrEqual(Math.max(before, acknowledged));
      before = present;
    });
    await child.waitFor(({ number = 0 }) => number > before);
  }
  await child.kill();
  await reader.close();
});
