import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { constants } from 'node:os';
import { describe, expect, test } from 'vitest';
import type { ShownRun } from '../commands/show.ts';
import { makeBench } from './fixtures/stepwell.ts';

const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');

/** Prints `bytes` pseudo-random bytes on each pipe, line ends and broken UTF-8 among them. */
const noise = (bytes: number): string => `
  const make = (seed) => {
    const buffer = Buffer.alloc(${bytes});
    for (let at = 0; at < buffer.length; at += 1) {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      buffer[at] = seed >>> 16;
    }
    return buffer;
  };
  process.stdout.write(make(1));
  process.stderr.write(make(2));
`;

describe('SF-80: output', () => {
  test('5 MB of any bytes pass untouched, and are given back as they were', async () => {
    await using bench = await makeBench();
    const { code, stdout, stderr } = await bench.script(noise(5_000_000));
    const plain = spawnSync(process.execPath, ['-e', noise(5_000_000)], { maxBuffer: 10_000_000 });
    expect(code).toBe(0);
    expect([md5(stdout), md5(stderr)]).toEqual([md5(plain.stdout), md5(plain.stderr)]);
    expect(stdout.length).toBe(5_000_000);
    const out = await bench.stepwell('logs', 'latest', '--source', 'stdout', '--raw');
    const err = await bench.stepwell('logs', 'latest', '--source', 'stderr');
    expect(md5(out.stdout)).toBe(md5(stdout));
    expect(md5(err.stdout)).toBe(md5(stderr));
  });

  test.each([
    ['blank lines, carriage returns, no last line end', 'a\\r\\n\\n\\rb\\n\\nlast'],
    ['nothing', ''],
    ['one line end', '\\n'],
    ['NUL and escapes', '\\0\\x1b[31mred\\x1b[0m\\n\\xff'],
  ])('%s', async (_, text) => {
    await using bench = await makeBench();
    const { stdout } = await bench.script(`process.stdout.write('${text}')`);
    expect((await bench.stepwell('logs', 'latest')).stdout.equals(stdout)).toBe(true);
  });

  test('a line of 50 MB', async () => {
    await using bench = await makeBench();
    const { stdout } = await bench.script("process.stdout.write('x'.repeat(50_000_000) + '\\nend\\n')");
    expect(stdout.length).toBe(50_000_005);
    expect(md5((await bench.stepwell('logs', 'latest')).stdout)).toBe(md5(stdout));
  });

  test('S3: lines of the run and of its steps come back in the order in which they were printed', async () => {
    await using bench = await makeBench();
    const { stdout } = await bench.script(`
      const lines = ['before'];
      for (let step = 0; step < 30; step += 1) {
        lines.push('STEP_START: s' + step, 'in ' + step);
        if (step % 3 === 0) lines.push('STEP_COMPLETE: s' + step, 'between ' + step);
        if (step % 7 === 0) lines.push('STEP_ERROR: broke', 'after ' + step);
      }
      process.stdout.write(lines.join('\\n') + '\\nlast');
    `);
    expect((await bench.stepwell('logs', 'latest')).stdout.toString()).toBe(stdout.toString());
    const { logs, steps } = await bench.json<ShownRun>('show', 'latest');
    expect(steps.length).toBe(30);
    expect(logs.reduce((sum, { lines }) => sum + lines, 0)).toBe(stdout.toString().split('\n').length);
  });

  test('stdin is the command’s', async () => {
    await using bench = await makeBench();
    const running = bench.start(['run', '--', process.execPath, '-e', 'process.stdin.pipe(process.stdout)'], {
      input: 'what goes in\n',
    });
    expect((await running.ended).stdout.toString()).toBe('what goes in\n');
  });

  test('arguments pass untouched, with and without `--`', async () => {
    await using bench = await makeBench();
    const show = ['-e', 'console.log(JSON.stringify(process.argv.slice(1)))'];
    const args = ['--', '--json', '-x', '', 'a b', '$HOME', '--', "it's"];
    const expected = `${JSON.stringify(args.slice(1))}\n`;
    for (const before of [['--'], []]) {
      const { stdout } = await bench.stepwell('run', ...before, process.execPath, ...show, ...args);
      expect(stdout.toString()).toBe(expected);
    }
  });

  test.skipIf(process.platform === 'win32')('its pipes are pipes: what opens /dev/stderr can', async () => {
    await using bench = await makeBench();
    const running = bench.start(['run', '--', 'sh', '-c', 'echo a > /dev/stderr; echo b | tee /dev/stdout']);
    expect(await running.ended).toMatchObject({
      code: 0,
      stdout: Buffer.from('b\nb\n'),
      stderr: Buffer.from('a\n'),
    });
  });

  test.skipIf(process.platform === 'win32')(
    'a reader that has enough ends the command by SIGPIPE, as it would have without us',
    async () => {
      await using bench = await makeBench();
      const running = bench.start(['run', '--', 'sh', '-c', 'while :; do echo line; done']);
      await running.printed('line');
      running.process.stdout?.destroy();
      expect((await running.ended).code).toBe(128 + constants.signals.SIGPIPE);
    },
  );

  test('a reader that has enough ends `logs` quietly', async () => {
    await using bench = await makeBench();
    await bench.script("process.stdout.write('line\\n'.repeat(200_000))", '--quiet');
    const logs = bench.start(['logs', 'latest']);
    await logs.printed('line');
    logs.process.stdout?.destroy();
    expect(await logs.ended).toMatchObject({ code: 0, stderr: Buffer.from('') });
  });
});

describe('--quiet and --json', () => {
  test('--quiet records without passing on', async () => {
    await using bench = await makeBench();
    const { stdout, stderr } = await bench.script("console.log('a'); console.error('b')", '--quiet');
    expect([stdout.length, stderr.length]).toEqual([0, 0]);
    expect((await bench.stepwell('logs', 'latest', '--source', 'stderr')).stdout.toString()).toBe('b\n');
  });

  test('--json prints the record and nothing else', async () => {
    await using bench = await makeBench();
    const { code, stdout } = await bench.script("console.log('a'); process.exit(4)", '--json', '--name', 'n');
    expect(code).toBe(4);
    expect(JSON.parse(stdout.toString())).toMatchObject({
      execution: { name: 'n', status: 'failed' },
      exitCode: 4,
    });
  });

  test('--summary says on stderr what was recorded', async () => {
    await using bench = await makeBench();
    const { stderr } = await bench.script('', '--summary');
    expect(stderr.toString()).toMatch(/^stepwell: completed in .* · stepwell show [0-9a-f]{8}\n$/);
  });
});
