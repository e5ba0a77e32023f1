import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { describe, expect, test } from 'vitest';
import type { ShownRun } from '../commands/show.ts';
import { makeLifeline } from './fixtures/lifeline.ts';
import { type Bench, makeBench } from './fixtures/stepwell.ts';

/** Says `ready`, then lives until a signal ends it. */
const waits = "setInterval(() => {}, 1e6); console.log('ready');";
const ignores = (...signals: readonly string[]): string =>
  signals.map((signal) => `process.on('${signal}', () => console.log('got ${signal}'));`).join('') + waits;

async function lastRun(bench: Bench): Promise<ShownRun['execution']> {
  return (await bench.json<ShownRun>('show', 'latest')).execution;
}

describe.skipIf(process.platform === 'win32')('SF-83: a signal to stepwell cancels the run', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGALRM'] as const)('%s', async (signal) => {
    await using bench = await makeBench();
    const running = bench.start(['run', '--', process.execPath, '-e', waits]);
    await running.printed('ready');
    running.process.kill(signal);
    expect((await running.ended).code).toBe(128 + constants.signals[signal]);
    expect(await lastRun(bench)).toMatchObject({
      status: 'cancelled',
      errorMessage: `cancelled by ${signal}`,
    });
  });

  test('X-07: also when the command then exits with 0', async () => {
    await using bench = await makeBench();
    const source = `process.on('SIGINT', () => process.exit(0)); ${waits}`;
    const running = bench.start(['run', '--', process.execPath, '-e', source]);
    await running.printed('ready');
    running.process.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
    expect((await lastRun(bench)).status).toBe('cancelled');
  });

  test('a SIGINT leaves the command the time it needs; a second one kills it', async () => {
    await using bench = await makeBench();
    const running = bench.start(['run', '--', process.execPath, '-e', ignores('SIGINT')]);
    await running.printed('ready');
    running.process.kill('SIGINT');
    await running.printed('got SIGINT');
    running.process.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
    expect((await lastRun(bench)).status).toBe('cancelled');
  });

  test('SF-82: what ignores a SIGTERM is killed after the grace', async () => {
    await using bench = await makeBench();
    const args = ['run', '--grace', '50ms', '--', process.execPath, '-e', ignores('SIGTERM')];
    const running = bench.start(args);
    await running.printed('ready');
    running.process.kill('SIGTERM');
    expect((await running.ended).code).toBe(143);
  });

  test('SF-82: what the command started does not outlive a cancel', async () => {
    await using bench = await makeBench();
    await using lifeline = await makeLifeline(bench.workspace);
    // The grandchild holds none of our pipes and ignores what can be ignored.
    const grandchild = `${lifeline.source} process.on('SIGINT', () => {}); process.send('up');`;
    const source = `
      const { spawn } = require('node:child_process');
      const child = spawn(process.execPath, ['-e', ${JSON.stringify(grandchild)}],
        { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
      child.on('message', () => console.log('ready'));
    `;
    const running = bench.start(['run', '--grace', '50ms', '--', process.execPath, '-e', source]);
    await running.printed('ready');
    running.process.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
    await lifeline.gone;
  });
});

describe.skipIf(process.platform === 'win32')('SF-83: a signal of the command’s own', () => {
  test.each(['SIGUSR1', 'SIGUSR2'] as const)(
    '%s is passed on, and is nothing to stepwell',
    async (signal) => {
      await using bench = await makeBench();
      const source = `process.on('${signal}', () => { console.log('got it'); process.exit(5); }); ${waits}`;
      const running = bench.start(['run', '--', process.execPath, '-e', source]);
      await running.printed('ready');
      running.process.kill(signal);
      const { code, stdout, stderr } = await running.ended;
      expect([code, stdout.toString(), stderr.toString()]).toEqual([5, 'ready\ngot it\n', '']);
      expect((await lastRun(bench)).status).toBe('failed');
    },
  );
});

describe.skipIf(process.platform !== 'linux')('Ctrl-Z', () => {
  test('stops the command too, and fg continues both', async () => {
    await using bench = await makeBench();
    const source = `process.once('SIGCONT', () => process.exit(0)); console.log('pid ' + process.pid + ' ready'); setInterval(() => {}, 1e6);`;
    const running = bench.start(['run', '--', process.execPath, '-e', source]);
    const pid = Number(/pid (\d+)/.exec(await running.printed('ready'))?.[1]);
    running.process.kill('SIGTSTP');
    for (const stopped of [pid, running.process.pid]) {
      while (!/\) T/.test(readFileSync(`/proc/${stopped}/stat`, 'utf8')))
        await new Promise((resolve) => setImmediate(resolve));
    }
    running.process.kill('SIGCONT');
    expect((await running.ended).code).toBe(0);
  });
});

describe('SF-81: --timeout', () => {
  test('X-06: ends the command, also while its output is open, and exits with 124', async () => {
    await using bench = await makeBench();
    const { code, stdout } = await bench.script(waits, '--timeout', '1s', '--grace', '50ms');
    expect([code, stdout.toString()]).toEqual([124, 'ready\n']);
    expect(await lastRun(bench)).toMatchObject({
      status: 'timed-out',
      errorMessage: 'timed out after 1 s',
    });
  });

  test.skipIf(process.platform === 'win32')('SF-82: also one that ignores SIGTERM', async () => {
    await using bench = await makeBench();
    const { code } = await bench.script(ignores('SIGTERM'), '--timeout', '1s', '--grace', '50ms');
    expect(code).toBe(124);
  });

  test('leaves a command alone that is done in time', async () => {
    await using bench = await makeBench();
    expect((await bench.script('process.exit(3)', '--timeout', '1h')).code).toBe(3);
  });
});
