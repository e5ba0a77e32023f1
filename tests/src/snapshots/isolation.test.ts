import { makeWorkspace, runChild } from '@stepwell/testkit';
import { expect, test } from 'vitest';

interface Told {
  readonly opened?: true;
  readonly ready?: true;
  readonly failed?: string;
  readonly audits?: number;
  readonly maintained?: number;
  readonly last?: number;
  readonly warnings?: readonly string[];
}

const script = (name: string): URL => new URL(`../fixtures/${name}.mjs`, import.meta.url);
const moves = 150;

test('S4, S6, S9: whatever is committed, checkpointed and maintained, every snapshot of every process adds up', async () => {
  await using workspace = await makeWorkspace('bank');
  const writer = runChild<Told>(script('bank-writer'), { args: [workspace.path, `${moves}`] });
  const children = [writer];
  try {
    await writer.waitFor(({ opened, failed }) => opened === true || failed !== undefined);
    const readers = [1, 2].map(() => runChild<Told>(script('bank-reader'), { args: [workspace.path] }));
    children.push(...readers);
    const outcome = await writer.waitFor(
      ({ audits, failed }) => audits !== undefined || failed !== undefined,
    );
    expect(outcome.failed).toBeUndefined();
    expect(outcome.warnings).toEqual([]);
    expect(outcome.audits).toBeGreaterThan(0);
    expect(outcome.maintained).toBeGreaterThan(0);
    for (const reader of readers) {
      await reader.waitFor(({ ready, failed }) => ready === true || failed !== undefined);
      reader.send('stop');
      const seen = await reader.waitFor(({ audits, failed }) => audits !== undefined || failed !== undefined);
      expect(seen.failed).toBeUndefined();
      expect(seen.audits).toBeGreaterThan(0);
      expect(seen.last).toBeLessThanOrEqual(moves + 1);
    }
    for (const child of children) expect(await child.exited).toEqual({ code: 0, signal: null });
  } finally {
    for (const child of children) await child.kill();
  }
});
