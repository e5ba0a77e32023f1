import { makeWorkspace, runChild } from '@stepwell/testkit';
import { expect, test } from 'vitest';

interface Told {
  readonly ready?: boolean;
  readonly turns?: number;
  readonly written?: number;
  readonly found?: readonly string[];
}

const turnTaker = new URL('../fixtures/turn-taker.mjs', import.meta.url);

test('S5 shared: a turn of a driver never overlaps a commit or a turn of another process', async () => {
  await using workspace = await makeWorkspace('turns');
  const start = (name: string) => runChild<Told>(turnTaker, { args: [workspace.path, name, '40'] });
  await using first = start('first');
  await using second = start('second');
  for (const child of [first, second]) await child.waitFor(({ ready }) => ready === true);
  for (const child of [first, second]) child.send('go');
  for (const child of [first, second]) {
    const told = await child.waitFor(({ found }) => found !== undefined);
    expect(told).toEqual({ turns: 40, written: 40, found: [] });
  }
});
