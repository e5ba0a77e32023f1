import { crashAt, crashEnvironment, runChild } from '@stepwell/testkit';
import { describe, expect, test } from 'vitest';
import { logCrashPoints } from '../crash/log-crash-points.ts';
import { fileLogs } from '../driver/file-logs.ts';
import { contentsOf } from '../fixtures/files.ts';
import { tempDirectory } from '../fixtures/temp-directory.ts';
import { leaderAt, TestLog } from '../fixtures/test-log.ts';

type Phase = (
  make: typeof fileLogs,
  directory: string,
  acknowledge: (epoch: number) => void,
) => Promise<void>;
interface Workload {
  readonly write: Phase;
  readonly recover: Phase;
  cutPower(directory: string): void;
}

const script = new URL('../fixtures/crash-workload.mjs', import.meta.url);
const workload = (await import(script.href)) as Workload;

/** Runs a phase until it dies at a point; answers what was acknowledged, what was attempted, and whether it died. */
type Run = (phase: 'write' | 'recover', directory: string, point: string, hit: number) => Promise<Outcome>;
interface Outcome {
  readonly acknowledged: number;
  readonly attempted: number;
  readonly died: boolean;
}

const thrown: Run = async (phase, directory, point, hit) => {
  let acknowledged = 0;
  using armed = crashAt(point, { mode: 'throw', hit, declared: logCrashPoints });
  try {
    await workload[phase](fileLogs, directory, (epoch) => {
      acknowledged = epoch;
    });
  } catch (error) {
    expect(armed.fired, String(error)).toBe(true);
  }
  return { acknowledged, attempted: armed.fired ? acknowledged + 1 : 12, died: armed.fired };
};

const killed: Run = async (phase, directory, point, hit) => {
  const child = runChild<number>(new URL('../fixtures/crash-child.mjs', import.meta.url), {
    args: [phase, directory],
    env: crashEnvironment(point, 'kill', hit),
  });
  const { code, signal } = await child.exited;
  expect(signal ?? code, child.stderr).toBe(signal === null ? 0 : 'SIGKILL');
  const acknowledged = child.messages.at(-1) ?? 0;
  const died = signal !== null;
  // The last acknowledgement may have died with its sender.
  return { acknowledged, attempted: died ? acknowledged + 2 : 12, died };
};

const leader = leaderAt(20, 12, { a: 12 });

/** Points that are passed only while a power cut is mended, and those that are passed then as well. */
const inRecoveryOnly = logCrashPoints.filter((point) => /^log:(recover|lost)\./.test(point));
const inWritesOnly = logCrashPoints.filter((point) => /^log:(created|rollback|segment)/.test(point));
/** Those of maintenance die elsewhere. */
const inPhases = logCrashPoints.filter((point) => !/^log:(publish|collect|compact|repair)\./.test(point));

// A child is dear, so in the second mode each point is reached once in each phase that passes it.
describe.each([
  ['throw', thrown, [1, 3]],
  ['kill', killed, [2]],
] as const)('S7: a death by %s', (_mode, run, hits) => {
  test.each(inPhases.filter((point) => !inRecoveryOnly.includes(point)))(
    'at %s, while lines are written',
    { timeout: 120_000 },
    async (point) => {
      let deaths = 0;
      for (const hit of point === 'log:created' ? [1] : hits) {
        const directory = `${tempDirectory()}/log`;
        const { acknowledged, attempted, died } = await run('write', directory, point, hit);
        if (died) deaths += 1;
        await checkWritten(directory, acknowledged, attempted);
        // A second one, on top of what the first one left.
        await thrown('write', directory, point, 1);
        await workload.write(fileLogs, directory, () => {});
        await checkWritten(directory, 12, 12);
      }
      expect(deaths, 'the point is reached').toBeGreaterThan(0);
    },
  );

  test.each(inPhases.filter((point) => !inWritesOnly.includes(point)))(
    'at %s, while a power cut is mended',
    { timeout: 120_000 },
    async (point) => {
      const directory = `${tempDirectory()}/log`;
      await workload.write(fileLogs, directory, () => {});
      workload.cutPower(directory);
      expect((await run('recover', directory, point, 1)).died, 'the point is reached').toBe(true);
      await checkRecovered(directory);
    },
  );
});

/** Acknowledged ⊆ present ⊆ attempted, and nothing else is in the directory. */
async function checkWritten(directory: string, acknowledged: number, attempted: number): Promise<void> {
  const log = await TestLog.open(directory, { segmentBytes: 4096, boot: 'monday' });
  const lines = await log.read('a');
  expect(lines.length).toBeGreaterThanOrEqual(acknowledged);
  expect(lines.length).toBeLessThanOrEqual(attempted);
  expect(lines).toEqual(lines.map((_line, i) => `${i + 1}:${i + 1} ${'.'.repeat(1000)}`));
  expect(log.head.epoch).toBe(lines.length);
  expect((await log.driver.maintenance?.verify?.())?.problems).toEqual([]);
  await log.close();
  for (const name of contentsOf(directory).keys()) expect(name).toMatch(/^(\d{8}\.seg|MANIFEST)$/);
}

async function checkRecovered(directory: string): Promise<void> {
  for (let times = 0; times < 2; times++) {
    const log = await TestLog.open(directory, { leader, boot: 'tuesday' });
    const info = await log.withView(async (view) => await view.info('a'), 20);
    expect(info).toMatchObject({ lines: 12, lost: [{ from: 12, to: 12 }] });
    expect((await log.read('a', {}, 20)).length).toBe(11);
    await log.close();
  }
}
