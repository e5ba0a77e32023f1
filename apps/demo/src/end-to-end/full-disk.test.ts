import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { ShownRun } from '../commands/show.ts';
import { makeBench } from './fixtures/stepwell.ts';

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** A step, whose end is committed before what follows is taken; 4 MB of lines; then this exit code. */
const prints = (exitCode: number): string => `
  process.stdout.write('STEP_START: a\\nSTEP_COMPLETE: a\\n' + '${'x'.repeat(99)}\\n'.repeat(40_000));
  process.exitCode = ${exitCode};
`;

describe.skipIf(process.platform === 'win32')(
  'NO_SPACE: the store cannot grow while the command runs',
  () => {
    test.each([
      [0, 125],
      [7, 7],
    ])('the command goes on, its output passes, and its %d becomes %d', async (own, expected) => {
      await using bench = await makeBench();
      // Files of this process may grow to 1 MB (2048 blocks of 512 bytes): the system refuses what goes beyond.
      const limited = spawnSync(
        'sh',
        [
          '-c',
          'ulimit -f 2048; exec "$@"',
          'sh',
          process.execPath,
          main,
          'run',
          '--',
          process.execPath,
          '-e',
          prints(own),
        ],
        { env: { ...process.env, STEPWELL_STORE: bench.store }, maxBuffer: 10_000_000 },
      );
      expect(limited.stdout.length).toBe(4_000_000 + 31);
      expect(limited.stderr.toString()).toMatch(
        /^stepwell: NO_SPACE: [^\n]*\n[^\n]*\n {2}What the command does/,
      );
      expect(limited.stderr.toString().match(/NO_SPACE/g)).toHaveLength(1);
      expect(limited.status).toBe(expected);
      // What was recorded before is there, and the store works again.
      const { stdout } = await bench.stepwell('logs', 'latest');
      expect(stdout.toString()).toMatch(/^STEP_START: a\nSTEP_COMPLETE: a\n/);
      expect(limited.stdout.subarray(0, stdout.length).equals(stdout)).toBe(true);
      expect((await bench.script("console.log('again')")).code).toBe(0);
    });
  },
);

/** A device that is always full. */
describe.skipIf(process.platform !== 'linux')('NO_SPACE: what we print to cannot grow', () => {
  const toFull = (store: string, ...args: readonly string[]): { status: number | null; stderr: string } => {
    const full = openSync('/dev/full', 'w');
    try {
      const { status, stderr } = spawnSync(process.execPath, [main, ...args], {
        env: { ...process.env, STEPWELL_STORE: store },
        stdio: ['ignore', full, 'pipe'],
      });
      return { status, stderr: stderr.toString() };
    } finally {
      closeSync(full);
    }
  };

  test.each([
    [0, 125],
    [7, 7],
  ])('`run`: the loss is told, in the record too, and a %d becomes %d', async (own, expected) => {
    await using bench = await makeBench();
    const { status, stderr } = toFull(bench.store, 'run', '--', 'sh', '-c', `echo hi; exit ${own}`);
    expect([status, stderr]).toEqual([
      expected,
      expect.stringMatching(/^stepwell: NO_SPACE: stdout does not take the output: ENOSPC[^\n]*\n$/),
    ]);
    expect((await bench.stepwell('logs', 'latest')).stdout.toString()).toBe('hi\n');
    const { execution } = await bench.json<ShownRun>('show', 'latest');
    expect(execution).toMatchObject({
      exitCode: own,
      metadata: { stepwell: { warnings: [{ message: expect.stringContaining('ENOSPC') }] } },
    });
  });

  test('`run`: a command that goes on printing is ended', async () => {
    await using bench = await makeBench();
    const { status, stderr } = toFull(bench.store, 'run', '--', 'sh', '-c', 'while :; do echo line; done');
    expect([status, stderr]).toEqual([141, expect.stringMatching(/^stepwell: NO_SPACE: [^\n]*\n$/)]);
  });

  test('the other commands say so in one line', async () => {
    await using bench = await makeBench();
    await bench.script("console.log('hello')");
    for (const args of [['ls'], ['ls', '--json'], ['show', 'latest'], ['logs', 'latest']]) {
      const { status, stderr } = toFull(bench.store, ...args);
      expect(status).toBe(3);
      if (args.includes('--json')) expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'NO_SPACE' } });
      else expect(stderr).toMatch(/^stepwell: NO_SPACE: [^\n]*\n$/);
    }
  });
});
