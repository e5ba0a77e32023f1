import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toArray } from '@stepwell/core';
import { crashAt, crashEnvironment, runChild } from '@stepwell/testkit';
import { describe, expect, test } from 'vitest';
import { logCrashPoints } from '../crash/log-crash-points.ts';
import { fileLogs } from '../driver/file-logs.ts';
import { nodeFileSystem } from '../file-system/node-file-system.ts';
import { openLogs } from '../fixtures/compacted.ts';
import { tempDirectory } from '../fixtures/temp-directory.ts';

interface Workload {
  compactAll(
    parts: { readonly fileLogs: typeof fileLogs; readonly nodeFileSystem: typeof nodeFileSystem },
    directory: string,
    acknowledge: (number: number) => void,
  ): Promise<void>;
  lineOf(number: number): string;
  filesIn(directory: string): string[];
}

const script = new URL('../fixtures/compact-workload.mjs', import.meta.url);
const { compactAll, lineOf, filesIn } = (await import(script.href)) as Workload;

/** Compacts a log until it dies at a point; answers the last line that was acknowledged. */
type Run = (directory: string, point: string, hit: number) => Promise<number>;

const thrown: Run = async (directory, point, hit) => {
  let acknowledged = 0;
  using armed = crashAt(point, { mode: 'throw', hit, declared: logCrashPoints });
  const told = (number: number): void => {
    acknowledged = number;
  };
  await expect(compactAll({ fileLogs, nodeFileSystem }, directory, told)).rejects.toThrow();
  expect(armed.fired, 'the point is reached').toBe(true);
  return acknowledged;
};

const killed: Run = async (directory, point, hit) => {
  const child = runChild<number>(new URL('../fixtures/compact-child.mjs', import.meta.url), {
    args: [directory],
    env: crashEnvironment(point, 'kill', hit),
  });
  expect(await child.exited, child.stderr).toMatchObject({ signal: 'SIGKILL' });
  return child.messages.at(-1) ?? 0;
};

const points = logCrashPoints.filter((point) => /^log:(compact|publish)\./.test(point));

// A child is dear, so in the second mode each point is reached once.
describe.each([
  ['throw', thrown, [1, 3]],
  ['kill', killed, [2]],
] as const)('S7, S9: a death by %s', (_mode, run, hits) => {
  test.each(points)('at %s loses no line and leaves no stray', { timeout: 120_000 }, async (point) => {
    for (const hit of hits) {
      const directory = `${tempDirectory()}/log`;
      const acknowledged = await run(directory, point, hit);
      const lines = await checkWhole(directory, acknowledged);
      // A second death on top of what the first one left.
      const again = await thrown(directory, point, 1);
      await checkWhole(directory, Math.max(lines, again));
    }
  });
});

async function checkWhole(directory: string, acknowledged: number): Promise<number> {
  const { store } = await openLogs(directory);
  expect((await store.maintenance.verify()).problems).toEqual([]);
  const lines = await store.withSnapshot(async ({ view }) => {
    const a = await toArray(view.lines('a'));
    expect(a.map(({ number, text }) => [number, text])).toEqual(a.map((_, i) => [i + 1, lineOf(i + 1)]));
    // The last acknowledgement may have died with its sender.
    expect(a.length).toBeGreaterThanOrEqual(acknowledged);
    expect(a.length).toBeLessThanOrEqual(acknowledged + 1);
    const info = await view.info('b');
    expect(info?.lines).toBe(a.length);
    const b = await toArray(view.lines('b'));
    expect(b.map(({ number, text }) => [number, text])).toEqual(
      a.slice((info?.first ?? 1) - 1).map(({ number }) => [number, lineOf(number)]),
    );
    return a.length;
  });
  await store.maintenance.collect();
  await store.close();
  const manifest = readFileSync(join(directory, 'MANIFEST'), 'utf8');
  const segments = filesIn(directory).filter((name) => name !== 'MANIFEST');
  for (const name of segments) expect(manifest).toContain(`"id":${Number.parseInt(name, 10)},`);
  expect(segments.length).toBe(manifest.match(/"id":/g)?.length);
  return lines;
}
