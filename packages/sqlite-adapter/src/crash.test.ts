import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toArray } from '@stepwell/core';
import { sqliteCrashPoints, sqliteRecords } from '@stepwell/sqlite-adapter';
import { crashEnvironment } from '@stepwell/testkit';
import { expect, test } from 'vitest';
import { databaseIn, openDriver } from './fixtures/open-driver.ts';

const script = fileURLToPath(new URL('./fixtures/write-until-killed.mjs', import.meta.url));

interface Death {
  /** How it ended: its exit code, or the signal. */
  readonly end: number | NodeJS.Signals | null;
  readonly acknowledged: readonly string[];
}

/** Runs the writer until it dies, at `point` or when it has acknowledged `killAfter` commits. */
async function writeUntilKilled(
  path: string,
  [first, last]: readonly [number, number],
  how: { readonly point?: string; readonly hit?: number; readonly killAfter?: number },
): Promise<Death> {
  const child = spawn(process.execPath, [script, path, String(first), String(last)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      ...(how.point !== undefined && crashEnvironment(how.point, 'kill', how.hit ?? 1)),
    },
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (how.killAfter !== undefined && output.split('\n').length > how.killAfter) child.kill('SIGKILL');
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { end: signal ?? code, acknowledged: output.split('\n').slice(0, -1) };
}

/** S1, S2, S7: acknowledged ⊆ present ⊆ attempted, whole batches only, sound, and open for the next writer. */
async function checkAfter(path: string, acknowledged: readonly string[], attempted: number): Promise<number> {
  await using store = await openDriver(sqliteRecords({ path }));
  const present = await store.read((view) => toArray(view.list('execution', { order: 'oldest' })));
  const steps = await store.read((view) => toArray(view.list('step')));
  expect(present.map(({ id }) => id)).toEqual(present.map((_, index) => `run-${index + 1}`));
  expect(steps.map(({ executionId }) => executionId).sort()).toEqual(present.map(({ id }) => id).sort());
  expect(present.length).toBeGreaterThanOrEqual(acknowledged.length);
  expect(present.length).toBeLessThanOrEqual(attempted);
  expect(store.epoch).toBe(present.length);
  expect((await store.driver.refresh()).marks).toEqual(present.length === 0 ? {} : { logs: present.length });
  expect(await store.driver.maintenance?.verify?.()).toMatchObject({ performed: true, problems: [] });
  return present.length;
}

test.each(sqliteCrashPoints)(
  'S1, S7: a process that is killed at %s has lost nothing that it acknowledged',
  async (point) => {
    await using place = await databaseIn('crash');
    const hit = /commit|ops|begin/.test(point) ? 3 : 1;
    const first = await writeUntilKilled(place.path, [1, 5], { point, hit });
    expect(first.end).toBe('SIGKILL');
    const present = existsSync(place.path) ? await checkAfter(place.path, first.acknowledged, 5) : 0;
    // Recovery is idempotent, and the next writer goes on where the dead one stood.
    expect(await checkAfter(place.path, first.acknowledged, 5)).toBe(present);
    const second = await writeUntilKilled(place.path, [present + 1, present + 3], {});
    expect(second.end).toBe(0);
    expect(await checkAfter(place.path, second.acknowledged, present + 3)).toBe(present + 3);
    const left = readdirSync(dirname(place.path)).filter((name) => /partial|journal|-wal|-shm/.test(name));
    expect(left).toEqual([]);
  },
);

test('SF-05: killed at any moment, and again: acknowledged is present, and nothing is torn', async () => {
  await using place = await databaseIn('crash');
  let attempted = 0;
  let present = 0;
  for (const killAfter of [1, 7, 2, 19, 4]) {
    attempted = present + 5_000;
    const { end, acknowledged } = await writeUntilKilled(place.path, [present + 1, attempted], {
      killAfter,
    });
    expect(end).toBe('SIGKILL');
    expect(acknowledged.length).toBeGreaterThanOrEqual(killAfter);
    const last = Number(acknowledged.at(-1)?.slice('run-'.length));
    present = await checkAfter(place.path, [], attempted);
    expect(present).toBeGreaterThanOrEqual(last);
  }
});
