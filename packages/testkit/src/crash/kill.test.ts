import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { runChild } from '../child/run-child.ts';
import { makeWorkspace } from '../workspace/workspace.ts';
import { crashEnvironment } from './arm-from-environment.ts';

/** A child runs what is built, since Node 20 reads no TypeScript. */
const built = new URL('../../dist/index.js', import.meta.url).href;
const core = new URL('../../../core/dist/index.js', import.meta.url).href;

/** Reaches one crash point until it is killed, and says each time that it came through. */
const source = `
  import { declareCrashPoints } from ${JSON.stringify(core)};
  import { armFromEnvironment } from ${JSON.stringify(built)};
  const points = ['demo:point'];
  const reach = declareCrashPoints(points);
  armFromEnvironment(points);
  for (let hit = 1; hit <= 5; hit += 1) {
    try {
      reach('demo:point');
    } finally {
      await new Promise((resolve) => process.send('after ' + hit, resolve));
    }
  }
  process.disconnect();
`;

test('SD-38: a point armed to kill ends the process there: no finally runs, nothing comes after', async () => {
  await using workspace = await makeWorkspace('kill');
  const script = workspace.within('child.mjs');
  await writeFile(script, source);
  await using child = runChild<string>(script, { env: crashEnvironment('demo:point', 'kill', 3) });
  expect(await child.exited).toEqual({ code: null, signal: 'SIGKILL' });
  expect(child.messages).toEqual(['after 1', 'after 2']);
});

test('SD-38: the same child throws where it is told to, and runs through where it is told nothing', async () => {
  await using workspace = await makeWorkspace('kill');
  const script = workspace.within('child.mjs');
  await writeFile(script, source);
  await using throwing = runChild<string>(script, { env: crashEnvironment('demo:point', 'throw', 2) });
  expect(await throwing.exited).toEqual({ code: 1, signal: null });
  expect(throwing.stderr).toContain('CrashError: crash point demo:point was reached');
  await using spared = runChild<string>(script);
  expect(await spared.exited).toEqual({ code: 0, signal: null });
  expect(spared.messages).toHaveLength(5);
});

test('SD-41: a child that is told an unknown point says so and does nothing', async () => {
  await using workspace = await makeWorkspace('kill');
  const script = workspace.within('child.mjs');
  await writeFile(script, source);
  await using child = runChild<string>(script, { env: crashEnvironment('demo:pont', 'kill') });
  expect(await child.exited).toEqual({ code: 1, signal: null });
  expect(child.stderr).toContain('no such crash point: demo:pont');
});
