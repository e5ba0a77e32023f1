import { existsSync } from 'node:fs';
import { appendLines, putFact, type RecordingStore, toArray } from '@stepwell/core';
import { type Child, makeWorkspace, runChild, type Workspace } from '@stepwell/testkit';
import { open, openReadOnly } from 'stepwell';
import { describe, expect, test, vi } from 'vitest';
import { codeOf } from '../fixtures/code-of.ts';
import { isStopped } from '../fixtures/is-stopped.ts';

interface Told {
  readonly attempted?: number;
  readonly acknowledged?: number;
  readonly epoch?: number;
}

const script = new URL('../fixtures/stopping-writer.mjs', import.meta.url);
const timeout = 120_000;

/** The moments of a commit at which it has not happened yet, and those at which it has. */
const before = [
  'core:group.taken',
  'combine:records.prepared',
  'log:append.before',
  'log:append.after',
  'combine:logs.prepared',
  'sqlite:commit.before',
];
const after = ['sqlite:commit.after', 'combine:committed', 'core:committed'];

/** A writer that has written once and stands still in the middle of its second commit, with the lock in its hand. */
async function stoppedAt(point: string, workspace: Workspace): Promise<Child<Told>> {
  const child = runChild<Told>(script, { args: [workspace.within('store'), point] });
  await child.waitFor(({ attempted }) => attempted === 2);
  await vi.waitUntil(() => isStopped(child.pid), { timeout, interval: 5 });
  return child;
}

const mine = (text: string) => [
  putFact({ subject: 'mine', predicate: 'wrote', object: text }),
  appendLines('both', [`mine ${text}`]),
];

/** What both sides show, which is the same, in the order of the lines. */
async function written(store: Pick<RecordingStore, 'withSnapshot'>): Promise<string[]> {
  return await store.withSnapshot(async ({ view, epoch }) => {
    const lines = await toArray(view.logs.lines('both'));
    const facts = await view.records.facts({ predicate: 'wrote' }).all();
    const texts = lines.map((line) => line.text);
    expect(facts.map(({ subject, object }) => `${subject} ${object}`).sort()).toEqual([...texts].sort());
    expect(lines.map((line) => line.epoch)).toEqual(texts.map((_, index) => index + 1));
    expect(epoch).toBe(texts.length);
    return texts;
  });
}

describe('S5: a writer that is stopped in the middle of its turn', () => {
  test.each(['core:group.taken', 'combine:logs.prepared', 'combine:committed'])(
    'at %s makes others wait, and goes on where it stood',
    { timeout },
    async (point) => {
      await using workspace = await makeWorkspace('stopped');
      await using child = await stoppedAt(point, workspace);
      const directory = workspace.within('store');
      // Whoever reads neither waits for it nor sees half of it.
      await using reader = await openReadOnly(directory);
      const seen = after.includes(point) ? ['stopping 1', 'stopping 2'] : ['stopping 1'];
      expect(await written(reader.store)).toEqual(seen);
      expect(await codeOf(open(directory, { writer: 'shared', busyWait: 30 }))).toBe('LOCKED');
      expect(await codeOf(open(directory))).toBe('LOCKED');

      const opening = open(directory, { writer: 'shared', busyWait: 25_000 });
      process.kill(child.pid, 'SIGCONT');
      await using stepwell = await opening;
      await stepwell.store.write(mine('a'));
      expect({ ...(await child.exited), stderr: child.stderr }).toEqual({
        code: 0,
        signal: null,
        stderr: '',
      });
      const texts = await written(stepwell.store);
      expect(texts.filter((text) => text.startsWith('stopping'))).toEqual(
        [1, 2, 3].map((n) => `stopping ${n}`),
      );
      expect(texts).toContain('mine a');
      for (const { acknowledged, epoch = 0 } of child.messages) {
        if (acknowledged !== undefined) expect(texts[epoch - 1]).toBe(`stopping ${acknowledged}`);
      }
      expect((await stepwell.store.maintenance.verify()).problems).toEqual([]);
    },
  );

  test('makes those who are open already BUSY, and their write can be made again', { timeout }, async () => {
    await using workspace = await makeWorkspace('stopped');
    const directory = workspace.within('store');
    await using stepwell = await open(directory, { writer: 'shared', busyWait: 40 });
    await using child = await stoppedAt('combine:logs.prepared', workspace);
    await expect(stepwell.store.write(mine('a'))).rejects.toMatchObject({ code: 'BUSY', retryable: true });
    expect(await written(stepwell.store)).toEqual(['stopping 1']);
    process.kill(child.pid, 'SIGCONT');
    expect(await child.exited).toEqual({ code: 0, signal: null });
    await stepwell.store.write(mine('a'));
    expect(await written(stepwell.store)).toEqual(['stopping 1', 'stopping 2', 'stopping 3', 'mine a']);
  });
});

describe('S1, S5: a writer that is killed in the middle of its turn, while another waits for it', () => {
  test.each([...before, ...after])('at %s', { timeout }, async (point) => {
    await using workspace = await makeWorkspace('killed');
    const directory = workspace.within('store');
    const cuts: string[] = [];
    const onWarning = ({ id }: { readonly id: string }): void => void cuts.push(id);
    await using stepwell = await open(directory, { writer: 'shared', busyWait: 25_000, onWarning });
    await using child = await stoppedAt(point, workspace);
    const writing = stepwell.store.write(mine('a'));
    await vi.waitUntil(() => existsSync(workspace.within('store', 'locks', 'writer.lock.next')), { timeout });
    await child.kill();

    const theirs = after.includes(point) ? ['stopping 1', 'stopping 2'] : ['stopping 1'];
    expect((await writing).epoch).toBe(theirs.length + 1);
    await stepwell.store.write(mine('b'));
    const all = [...theirs, 'mine a', 'mine b'];
    expect(await written(stepwell.store)).toEqual(all);
    // Lines of a commit that never happened were cut, and nothing else.
    const isAppended = ['log:append.after', 'combine:logs.prepared', 'sqlite:commit.before'].includes(point);
    expect(cuts).toEqual(isAppended ? ['log.tail.cut'] : []);
    expect((await stepwell.store.maintenance.verify()).problems).toEqual([]);
    await stepwell.close();
    for (let again = 0; again < 2; again += 1) {
      await using opened = await open(directory);
      expect(await written(opened.store)).toEqual(all);
    }
  });
});
