import { readdir } from 'node:fs/promises';
import { combineCrashPoints, coreCrashPoints, type RecordingStore, toArray } from '@stepwell/core';
import { type Child, makeWorkspace, runChild } from '@stepwell/testkit';
import fc from 'fast-check';
import { open } from 'stepwell';
import { expect, test } from 'vitest';
import { openCounters } from '../fixtures/counters.mjs';

interface Counted {
  readonly ready?: true;
  readonly attempted?: number;
  readonly acknowledged?: number;
  readonly epoch?: number;
}

interface Death {
  readonly victim: number;
  /** It dies while it makes this transaction: wherever the parent's kill finds it, or at a crash point. */
  readonly at: number;
  readonly point: string | undefined;
  readonly returns: boolean;
}

const script = new URL('../fixtures/counting-writer.mjs', import.meta.url);
const writers = 20;
const count = 8;

const points = [
  ...coreCrashPoints,
  ...combineCrashPoints,
  'sqlite:begin.after',
  'sqlite:ops.applied',
  'sqlite:commit.before',
  'sqlite:commit.after',
  'log:append.before',
  'log:append.after',
];
const deaths: fc.Arbitrary<Death[]> = fc.uniqueArray(
  fc.record({
    victim: fc.integer({ min: 0, max: writers - 1 }),
    at: fc.integer({ min: 2, max: count }),
    point: fc.option(fc.constantFrom(...points), { nil: undefined }),
    returns: fc.boolean(),
  }),
  { minLength: 6, maxLength: 6, selector: ({ victim }) => victim },
);

/** A writer and all that was heard of it, in every life that it had. */
class Writer {
  readonly name: string;
  readonly #directory: string;
  readonly #lives: Child<Counted>[] = [];

  constructor(directory: string, name: string) {
    this.#directory = directory;
    this.name = name;
  }

  /** Goes on after what was acknowledged; what was attempted beyond it is tried again under its old transaction id. */
  start(death?: Death): Child<Counted> {
    const from = this.acknowledged + 1;
    const dying = death?.point === undefined ? [] : [`${death.at}`, death.point];
    const child = runChild<Counted>(script, {
      args: [this.#directory, this.name, `${from}`, `${count}`, ...dying],
    });
    this.#lives.push(child);
    return child;
  }

  get attempted(): number {
    return Math.max(0, ...this.#told.map((message) => message.attempted ?? 0));
  }

  get acknowledged(): number {
    return Math.max(0, ...this.#told.map((message) => message.acknowledged ?? 0));
  }

  /** The epochs that it was told, by the number of the transaction. */
  get epochs(): readonly (readonly [number, number])[] {
    return this.#told.flatMap(({ acknowledged, epoch }) =>
      acknowledged === undefined || epoch === undefined ? [] : [[acknowledged, epoch] as const],
    );
  }

  async kill(): Promise<void> {
    for (const child of this.#lives) await child.kill();
  }

  get #told(): readonly Counted[] {
    return this.#lives.flatMap(({ messages }) => messages);
  }
}

const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

/** How far a writer came, the same by every way of looking. */
async function present(store: RecordingStore, name: string): Promise<number> {
  return await store.withSnapshot(async ({ view }) => {
    const lines = (await toArray(view.logs.lines(name))).map((line) => Number(line.text));
    const facts = await view.records.facts({ subject: name, predicate: 'counted' }).all();
    expect(lines, name).toEqual(upTo(lines.length));
    expect(
      facts.map(({ object }) => Number(object)).sort((a, b) => a - b),
      name,
    ).toEqual(lines);
    return lines.length;
  });
}

/** Brings a writer to its end: by itself, or through the death that is meant for it. */
async function live(writer: Writer, child: Child<Counted>, death: Death | undefined): Promise<void> {
  if (death === undefined) {
    expect({ ...(await child.exited), stderr: child.stderr }).toEqual({ code: 0, signal: null, stderr: '' });
    return;
  }
  if (death.point === undefined) {
    await child.waitFor(({ attempted }) => attempted === death.at);
    await child.kill();
  }
  expect({ ...(await child.exited), stderr: child.stderr }).toMatchObject({ signal: 'SIGKILL', stderr: '' });
  if (!death.returns) return;
  const again = writer.start();
  await again.waitFor(({ ready }) => ready === true);
  again.send('go');
  await live(writer, again, undefined);
}

async function manyWriters(seed: number): Promise<void> {
  const [plan = []] = fc.sample(deaths, { seed, numRuns: 1 });
  await using workspace = await makeWorkspace('writers');
  const all = upTo(writers).map((number) => new Writer(workspace.path, `w${number}`));
  const deathOf = (writer: Writer): Death | undefined => plan.find(({ victim }) => all[victim] === writer);
  try {
    const first = all.map((writer) => ({ writer, child: writer.start(deathOf(writer)) }));
    for (const { child } of first) await child.waitFor(({ ready }) => ready === true);
    for (const { child } of first) child.send('go');
    await Promise.all(first.map(({ writer, child }) => live(writer, child, deathOf(writer))));

    await using stepwell = await open(workspace.within('store'));
    let total = 0;
    const counted = new Map<string, number>();
    for (const writer of all) {
      const found = await present(stepwell.store, writer.name);
      expect(found, writer.name).toBeGreaterThanOrEqual(writer.acknowledged);
      expect(found, writer.name).toBeLessThanOrEqual(writer.attempted);
      if (deathOf(writer)?.returns !== false) expect(found, writer.name).toBe(count);
      counted.set(writer.name, found);
      total += found;
    }
    await stepwell.store.withSnapshot(async ({ view, epoch }) => {
      // Every commit has an epoch of its own, and there is no epoch without its commit.
      expect(epoch).toBe(total);
      const lines = await toArray(view.logs.lines('shared'));
      expect(lines.map((line) => line.number)).toEqual(upTo(total));
      expect(lines.map((line) => line.epoch)).toEqual(upTo(total));
      const epochOf = new Map(lines.map((line) => [line.text, line.epoch]));
      for (const { name, epochs } of all) {
        for (const [number, told] of epochs) expect(epochOf.get(`${name} ${number}`), name).toBe(told);
      }
    });
    expect((await stepwell.store.maintenance.verify()).problems).toEqual([]);
    expect(
      (await readdir(workspace.within('store', 'locks'))).filter((file) => /session/.test(file)),
    ).toEqual([]);
    await checkCounters(workspace.path, all, deathOf);
  } finally {
    await Promise.all(all.map((writer) => writer.kill()));
  }
}

/** The counters add up: to all that was acknowledged, and to nothing that was not attempted. */
async function checkCounters(
  directory: string,
  all: readonly Writer[],
  deathOf: (writer: Writer) => Death | undefined,
): Promise<void> {
  await using store = await openCounters(directory);
  await store.withSnapshot(async ({ view, epoch }) => {
    const rows = await view.selectFrom('counter').selectAll().execute();
    const { all: sum = 0, careful = 0, ...own } = Object.fromEntries(rows.map(({ name, n }) => [name, n]));
    for (const writer of all) {
      const { name, acknowledged, attempted } = writer;
      expect(own[name], name).toBeGreaterThanOrEqual(acknowledged);
      expect(own[name], name).toBeLessThanOrEqual(attempted);
      if (deathOf(writer)?.returns !== false) expect(own[name], name).toBe(count);
    }
    expect(sum).toBe(Object.values(own).reduce((left, right) => left + right, 0));
    // Raised by each with its fifth transaction.
    expect(careful).toBeGreaterThanOrEqual(all.filter(({ acknowledged }) => acknowledged >= 5).length);
    expect(careful).toBeLessThanOrEqual(all.filter(({ attempted }) => attempted >= 5).length);
    expect(epoch).toBe(sum + careful);
  });
  expect((await store.maintenance.verify()).problems).toEqual([]);
}

test('S3, S5, S8: twenty processes write in turn, some are killed and return, and everything adds up', {
  timeout: 180_000,
}, async () => {
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
  try {
    await manyWriters(seed);
  } catch (error) {
    throw new Error(`SEED=${seed} repeats this: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
});
