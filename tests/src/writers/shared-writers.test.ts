import { appendLines, openStore, type RecordingStore, toArray } from '@stepwell/core';
import { type Child, makeWorkspace, runChild } from '@stepwell/testkit';
import { open } from 'stepwell';
import { expect, test } from 'vitest';
import { fileDriver } from '../fixtures/worlds.ts';

interface Counted {
  readonly ready?: true;
  readonly attempted?: number;
  readonly acknowledged?: number;
  readonly epoch?: number;
}

const script = new URL('../fixtures/shared-writer.mjs', import.meta.url);
const writers = 8;
const increments = 40;

/** How far a writer came, as the store tells it on both sides, and as the writer told it itself. */
async function counted(store: RecordingStore, name: string, child: Child<Counted>) {
  return await store.withSnapshot(async ({ view }) => {
    const lines = (await toArray(view.logs.lines(name))).map((line) => Number(line.text));
    const shared = (await toArray(view.logs.lines('shared'))).map((line) => line.text.split(' '));
    const facts = await view.records.facts({ subject: name, predicate: 'counted' }).all();
    return {
      lines,
      shared: shared.filter(([writer]) => writer === name).map(([, number]) => Number(number)),
      facts: facts.map(({ object }) => Number(object)).sort((a, b) => a - b),
      attempted: Math.max(0, ...child.messages.map((message) => message.attempted ?? 0)),
      acknowledged: Math.max(0, ...child.messages.map((message) => message.acknowledged ?? 0)),
    };
  });
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

test('S3, S5: eight processes count on one store in turn, one of them is killed, and everything adds up', async () => {
  await using workspace = await makeWorkspace('writers');
  const children = upTo(writers).map((number) => ({
    name: `w${number}`,
    child: runChild<Counted>(script, { args: [workspace.path, `w${number}`, `${increments}`] }),
  }));
  try {
    for (const { child } of children) await child.waitFor(({ ready }) => ready === true);
    for (const { child } of children) child.send('go');
    const [victim, ...survivors] = children;
    await victim?.child.waitFor(({ acknowledged }) => acknowledged === 10);
    await victim?.child.kill();
    for (const { child } of survivors) expect(await child.exited).toEqual({ code: 0, signal: null });

    // Nobody closed the store for the dead one, and nobody has to.
    await using store = await openStore(fileDriver(workspace.path));
    let total = 0;
    for (const { name, child } of children) {
      const { lines, shared, facts, attempted, acknowledged } = await counted(store, name, child);
      expect(shared).toEqual(lines);
      expect(facts).toEqual(lines);
      expect(lines).toEqual(upTo(lines.length));
      expect(lines.length).toBeGreaterThanOrEqual(acknowledged);
      expect(lines.length).toBeLessThanOrEqual(attempted);
      if (name !== victim?.name) expect(lines.length).toBe(increments);
      total += lines.length;
    }
    await store.withSnapshot(async ({ view, epoch }) => {
      // One commit each, and no epoch twice, by whichever process.
      expect(epoch).toBe(total);
      const lines = await toArray(view.logs.lines('shared'));
      expect(lines.map((line) => line.number)).toEqual(upTo(total));
      expect(lines.map((line) => line.epoch)).toEqual(upTo(total));
    });
    const epochs = children.flatMap(({ child }) => child.messages.flatMap(({ epoch }) => epoch ?? []));
    expect(new Set(epochs).size).toBe(epochs.length);
    expect((await store.maintenance.verify()).problems).toEqual([]);
  } finally {
    for (const { child } of children) await child.kill();
  }
});

test('S5: a process that writes without a pause keeps no other out, and is not kept out', async () => {
  await using workspace = await makeWorkspace('writers');
  const directory = workspace.within('store');
  await using hog = runChild<{ id: string; number: number }>(
    new URL('../fixtures/record-run.mjs', import.meta.url),
    { args: [directory, 'shared'] },
  );
  await hog.waitFor(({ number }) => number === 5);
  await using stepwell = await open(directory, { writer: 'shared', busyWait: 25_000 });
  const epochs: number[] = [];
  for (let count = 0; count < 20; count += 1) {
    epochs.push((await stepwell.store.write([appendLines('mine', [`${count}`])])).epoch ?? 0);
  }
  const written = hog.messages.at(-1)?.number ?? 0;
  await hog.waitFor(({ number }) => number > written);
  hog.send('end');
  expect({ ...(await hog.exited), stderr: hog.stderr }).toEqual({ code: 0, signal: null, stderr: '' });
  await stepwell.store.withSnapshot(async ({ view }) => {
    const mine = await toArray(view.logs.lines('mine'));
    expect(mine.map(({ epoch }) => epoch)).toEqual(epochs);
    // Others have committed in between.
    expect((epochs.at(-1) ?? 0) - (epochs[0] ?? 0)).toBeGreaterThan(19);
  });
});
