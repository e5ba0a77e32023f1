import { open } from 'stepwell';
import { describe, expect, test } from 'vitest';
import type { ShownRun } from '../commands/show.ts';
import { makeLifeline } from './fixtures/lifeline.ts';
import { makeBench } from './fixtures/stepwell.ts';

/** Prints a step and a line, then goes on until nobody reads. */
const chatty = `
  console.log('STEP_START: a\\nline 1');
  process.stdout.on('error', () => process.exit(0));
  setInterval(() => process.stdout.write('more\\n'), 5);
`;

describe.skipIf(process.platform === 'win32')('S7: stepwell is killed in the middle of a run', () => {
  test('the store opens, shows every acknowledged line, and the run is interrupted', async () => {
    await using bench = await makeBench();
    const running = bench.start(['run', '--', process.execPath, '-e', chatty]);
    await running.printed('line 1');
    // A reader sees what is committed, hence acknowledged.
    let before = '';
    while (!before.includes('more')) before = (await bench.stepwell('logs', 'latest')).stdout.toString();
    const live = await bench.json<ShownRun>('show', 'latest');
    expect([live.execution.status, live.live]).toEqual(['running', true]);

    running.process.kill('SIGKILL');
    await running.ended;
    const after = (await bench.stepwell('logs', 'latest')).stdout.toString();
    expect(after.startsWith(before)).toBe(true);
    const run = await bench.json<ShownRun>('show', 'latest');
    expect([run.execution.status, run.live]).toEqual(['interrupted', false]);
    expect(run.steps.map(({ status }) => status)).toEqual(['interrupted']);
    expect((await bench.stepwell('ls', '--status', 'interrupted')).stdout.toString()).toContain(
      '! interrupted',
    );
    // And the store takes the next run.
    expect((await bench.script("console.log('next')")).code).toBe(0);
  });

  test('what cannot be stored yet is shown all the same', async () => {
    await using bench = await makeBench();
    const running = bench.start(['run', '--', process.execPath, '-e', chatty]);
    await running.printed('line 1');
    running.process.kill('SIGKILL');
    await running.ended;
    {
      await using _ = await open(bench.store, { writer: 'exclusive', interrupted: 'leave' });
      const { execution, live } = await bench.json<ShownRun>('show', 'latest');
      expect([execution.status, live]).toEqual(['running', false]);
      const ls = await bench.stepwell('ls', '--status', 'interrupted');
      expect(ls.stdout.toString()).toContain('! interrupted (not yet stored)');
      expect((await bench.stepwell('ls', '--status', 'running')).stdout.toString()).toBe('No such runs.\n');
    }
    expect((await bench.json<ShownRun>('show', 'latest')).execution.status).toBe('interrupted');
  });

  test('the command does not wait for ever for its reader', async () => {
    await using bench = await makeBench();
    await using lifeline = await makeLifeline(bench.workspace);
    const running = bench.start(['run', '--', process.execPath, '-e', lifeline.source + chatty]);
    await running.printed('line 1');
    running.process.kill('SIGKILL');
    await lifeline.gone;
  });
});
