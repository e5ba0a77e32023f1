import { crashAt, crashEnvironment, runChild } from '@stepwell/testkit';
import { describe, expect, test } from 'vitest';
import { logCrashPoints } from '../crash/log-crash-points.ts';
import { contentsOf } from '../fixtures/files.ts';
import { lineOf, maintain } from '../fixtures/republish.ts';
import { tempDirectory } from '../fixtures/temp-directory.ts';
import { TestLog } from '../fixtures/test-log.ts';

/** Maintains a log until it dies at a point; answers the last commit that was acknowledged. */
type Run = (directory: string, point: string, hit: number) => Promise<number>;

const thrown: Run = async (directory, point, hit) => {
  let acknowledged = 0;
  using armed = crashAt(point, { mode: 'throw', hit, declared: logCrashPoints });
  const told = (epoch: number): void => {
    acknowledged = epoch;
  };
  await expect(maintain(directory, told)).rejects.toThrow();
  expect(armed.fired, 'the point is reached').toBe(true);
  return acknowledged;
};

const killed: Run = async (directory, point, hit) => {
  const child = runChild<number>(new URL('../fixtures/maintain-child.mjs', import.meta.url), {
    args: [directory],
    env: crashEnvironment(point, 'kill', hit),
  });
  expect(await child.exited, child.stderr).toMatchObject({ signal: 'SIGKILL' });
  return child.messages.at(-1) ?? 0;
};

const points = [
  ...logCrashPoints.filter((point) => /^log:(publish|collect)\./.test(point)),
  'log:manifest.tmp',
  'log:manifest.renamed',
];

// A child is dear, so in the second mode each point is reached once.
describe.each([
  ['throw', thrown, [1, 2, 3]],
  ['kill', killed, [2]],
] as const)('S7, S9: a death by %s', (_mode, run, hits) => {
  test.each(points)(
    'at %s: nothing is lost, no stray is left, and what was retired is collected',
    { timeout: 120_000 },
    async (point) => {
      for (const hit of hits) {
        const directory = `${tempDirectory()}/log`;
        // Those of the manifest are passed by new segments as well.
        const acknowledged = await run(directory, point, point.startsWith('log:manifest') ? hit + 2 : hit);
        const lines = await checkWhole(directory, acknowledged);
        // A second death on top of what the first one left.
        const again = await thrown(directory, point, 1);
        await checkWhole(directory, Math.max(lines, again));
      }
    },
  );
});

async function checkWhole(directory: string, acknowledged: number): Promise<number> {
  const log = await TestLog.open(directory, { segmentBytes: 4096, boot: 'monday' });
  const lines = await log.read('a');
  expect(lines.length).toBeGreaterThanOrEqual(acknowledged);
  // The last acknowledgement may have died with its sender.
  expect(lines.length).toBeLessThanOrEqual(acknowledged + 2);
  expect(lines).toEqual(lines.map((_line, i) => `${i + 1}:${lineOf(i + 1)}`));
  expect((await log.driver.maintenance?.verify?.())?.problems).toEqual([]);
  await log.driver.maintenance?.collect?.();
  expect(await log.driver.maintenance?.collect?.()).toMatchObject({
    performed: false,
    reason: 'no file was put out of use',
  });
  await log.append('a', lineOf(lines.length + 1));
  await log.close();
  const { manifest, names } = whatIsThere(directory);
  expect(manifest.retired).toEqual([]);
  expect(names).toEqual([
    ...manifest.segments.map(({ id }) => `${String(id).padStart(8, '0')}.seg`).sort(),
    'MANIFEST',
  ]);
  return lines.length + 1;
}

function whatIsThere(directory: string) {
  const files = contentsOf(directory);
  const [, body = '{}'] = String(files.get('MANIFEST')).split('\n');
  const manifest = JSON.parse(body) as { segments: { id: number }[]; retired: unknown[] };
  return { manifest, names: [...files.keys()] };
}
