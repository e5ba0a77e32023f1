import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
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
