import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ShownRun } from '../commands/show.ts';
import { type Bench, makeBench } from './fixtures/stepwell.ts';

/** Runs a command that prints these lines, and answers what was recorded. */
async function record(bench: Bench, lines: readonly string[], exitCode = 0): Promise<ShownRun> {
  const text = `${lines.join('\n')}\n`;
  await bench.script(`process.stdout.write(${JSON.stringify(text)}); process.exitCode = ${exitCode}`);
  return await bench.json<ShownRun>('show', 'latest');
}

const outcome = ({ steps }: ShownRun): string[] => steps.map((step) => `${step.name} ${step.status}`);

describe('SF-84: steps', () => {
  test('follow one another; each keeps its lines, its markers among them', async () => {
    await using bench = await makeBench();
    const run = await record(bench, [
      'before',
      'STEP_START: one',
      'in one',
      '\u001b[1;32mSTEP_START: two\u001b[0m',
      'STEP_COMPLETE: two',
      'between',
      '::group::three',
      '::endgroup::',
    ]);
    expect(outcome(run)).toEqual(['one completed', 'two completed', 'three completed']);
    expect(run.execution).toMatchObject({ status: 'completed', totalSteps: 3, completedSteps: 3 });
    const { stdout } = await bench.stepwell('logs', 'latest', '--step', 'one');
    expect(stdout.toString()).toBe('STEP_START: one\nin one\n');
  });

  test('a failed step keeps its message, and the run goes on', async () => {
    await using bench = await makeBench();
    const run = await record(bench, ['STEP_START: a', 'STEP_ERROR: broke [0]', 'STEP_START: b']);
    expect(outcome(run)).toEqual(['a failed', 'b completed']);
    expect(run.steps[0]?.errorMessage).toBe('broke [0]');
    expect(run.execution).toMatchObject({ status: 'completed', totalSteps: 2, completedSteps: 1 });
  });

  test('X-08: a step that is open at the end gets the exit code of the command', async () => {
    await using bench = await makeBench();
    const run = await record(bench, ['STEP_START: a', 'line'], 5);
    expect(run.steps[0]).toMatchObject({ status: 'failed', exitCode: 5 });
    expect((await bench.stepwell('logs', 'latest', '--step', '0')).stdout.toString()).toBe(
      'STEP_START: a\nline\n',
    );
  });

  test('X-05, SF-85: stop_on_error ends the command and fails the run', async () => {
    await using bench = await makeBench();
    const later = bench.workspace.within('later');
    const { code } = await bench.script(`
      console.log('STEP_START: a [stop_on_error=true]\\nSTEP_ERROR: broke');
      process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(later)}, ''));
      setInterval(() => {}, 1e6);
    `);
    expect(code).toBe(143);
    expect(existsSync(later)).toBe(false);
    const run = await bench.json<ShownRun>('show', 'latest');
    expect(run.execution).toMatchObject({ status: 'failed', errorMessage: 'a: broke', exitCode: 143 });
    expect(run.steps[0]).toMatchObject({ status: 'failed', stopOnError: true });
  });

  test('SF-74: parameters describe the step', async () => {
    await using bench = await makeBench();
    const run = await record(bench, ['STEP_START: a [duration=90] {shard:2} --os=linux']);
    expect(run.steps[0]).toMatchObject({
      estimatedDuration: 90_000,
      metadata: { duration: 90, shard: 2, os: 'linux' },
    });
  });

  test('the markers of --markers off are lines', async () => {
    await using bench = await makeBench();
    await bench.script("console.log('STEP_START: a')", '--markers', 'off');
    expect((await bench.json<ShownRun>('show', 'latest')).steps).toEqual([]);
  });
});

describe('SF-86: metadata, artifacts and levels', () => {
  test('META goes to the open step, or else to the run', async () => {
    await using bench = await makeBench();
    const run = await record(bench, [
      'META: version:1.10',
      'META: __proto__:x',
      'STEP_START: a',
      'META: count:3',
    ]);
    expect(Object.entries(run.execution.metadata)).toEqual([
      ['version', '1.10'],
      ['__proto__', 'x'],
    ]);
    expect(run.steps[0]?.metadata).toEqual({ count: 3 });
  });

  test('ARTIFACT keeps a file by its content, relative to the working directory', async () => {
    await using bench = await makeBench();
    await bench.script(`
      require('node:fs').writeFileSync('out.txt', 'content');
      console.log('ARTIFACT: out.txt:what it is');
    `);
    const { artifacts } = await bench.json<ShownRun>('show', 'latest');
    expect(artifacts).toMatchObject([
      {
        name: 'out.txt',
        filePath: bench.workspace.within('out.txt'),
        description: 'what it is',
        fileSize: 7,
        hash: createHash('sha256').update('content').digest('hex'),
      },
    ]);
  });

  test('what cannot be done becomes a warning with its line, and fails nothing', async () => {
    await using bench = await makeBench();
    const run = await record(bench, [
      'ARTIFACT: missing.txt',
      'ARTIFACT: .',
      'STEP_ERROR: nothing is open',
      'STEP_STRAT: a',
      'META: x',
    ]);
    expect(run.execution.status).toBe('completed');
    expect(run.execution.metadata.stepwell).toMatchObject({
      more: 0,
      warnings: [
        { source: 'stdout', line: 1, message: expect.stringContaining('there is no such file') },
        { source: 'stdout', line: 2, message: expect.stringContaining('not a regular file') },
        { source: 'stdout', line: 3, message: expect.stringContaining('no step is open') },
        { source: 'stdout', line: 4, message: expect.stringContaining('STEP_STRAT: is no marker') },
        { source: 'stdout', line: 5, message: expect.stringContaining('no colon') },
      ],
    });
    const { stdout } = await bench.stepwell('show', 'latest');
    expect(stdout.toString()).toContain('stdout line 3');
  });

  test('a flood of bad markers is counted, not kept', async () => {
    await using bench = await makeBench();
    const run = await record(
      bench,
      Array.from({ length: 500 }, () => 'META: x'),
    );
    expect(run.execution.metadata.stepwell).toMatchObject({ warnings: { length: 100 } });
  });

  test('annotations and errors set the level of their line', async () => {
    await using bench = await makeBench();
    await record(bench, ['plain', '::error file=a::x', '::warning::y', 'STEP_START: s', 'STEP_ERROR: z']);
    const { stdout } = await bench.stepwell('logs', 'latest', '--json');
    const lines = stdout.toString().trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { level: string }).level)).toEqual([
      'info',
      'error',
      'warning',
      'info',
      'error',
    ]);
  });

  test('the environment is not recorded, but for what is asked for', async () => {
    await using bench = await makeBench();
    const running = bench.start(
      [
        'run',
        '--env',
        'CHOSEN',
        '--env',
        'UNSET',
        '--tag',
        'a',
        '--tag',
        'b',
        '--tag',
        'a',
        '--',
        'node',
        '-e',
        '',
      ],
      { env: { CHOSEN: 'yes', SECRET: 'no' } },
    );
    await running.ended;
    const { execution } = await bench.json<ShownRun>('show', 'latest');
    expect(execution).toMatchObject({ environment: { CHOSEN: 'yes' }, tags: ['a', 'b'], name: 'node -e' });
  });
});
