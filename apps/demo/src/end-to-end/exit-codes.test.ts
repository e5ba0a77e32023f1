import { writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { ShownRun } from '../commands/show.ts';
import { makeBench } from './fixtures/stepwell.ts';

const exit = (code: number): string[] => ['run', '--', process.execPath, '-e', `process.exit(${code})`];

describe('SF-79: `run` exits as the command does', () => {
  test.each([0, 1, 7, 123, 255])('%d', async (code) => {
    await using bench = await makeBench();
    expect((await bench.stepwell(...exit(code))).code).toBe(code);
    const { execution } = await bench.json<ShownRun>('show', 'latest');
    expect(execution).toMatchObject({ status: code === 0 ? 'completed' : 'failed', exitCode: code });
  });

  test('and with 128 + n when signal n ended it', async () => {
    await using bench = await makeBench();
    expect((await bench.script("process.kill(process.pid, 'SIGKILL')")).code).toBe(137);
    const { execution } = await bench.json<ShownRun>('show', 'latest');
    expect(execution).toMatchObject({ status: 'failed', exitCode: 137, errorMessage: 'ended by SIGKILL' });
  });
});

describe('a command that cannot be started is recorded as failed', () => {
  test('127: there is none', async () => {
    await using bench = await makeBench();
    const { code, stderr } = await bench.stepwell('run', '--', 'stepwell-no-such-command', 'x');
    expect([code, stderr.toString()]).toEqual([
      127,
      'stepwell: command not found: stepwell-no-such-command\n',
    ]);
    const { execution } = await bench.json<ShownRun>('show', 'latest');
    expect(execution).toMatchObject({
      status: 'failed',
      exitCode: 127,
      command: 'stepwell-no-such-command x',
    });
  });

  test('127: also the command without a name', async () => {
    await using bench = await makeBench();
    const { code, stderr } = await bench.stepwell('run', '--', '');
    expect([code, stderr.toString()]).toEqual([127, "stepwell: command not found: ''\n"]);
    const { execution } = await bench.json<ShownRun>('show', 'latest');
    expect(execution).toMatchObject({ status: 'failed', exitCode: 127 });
  });

  test.skipIf(process.platform === 'win32')('126: it is not executable', async () => {
    await using bench = await makeBench();
    const file = bench.workspace.within('data.txt');
    await writeFile(file, 'no program\n', { mode: 0o644 });
    const { code, stderr } = await bench.stepwell('run', '--', file);
    expect([code, stderr.toString()]).toEqual([126, `stepwell: ${file} cannot be executed: EACCES\n`]);
  });
});

describe('125: `run` itself is at fault, and runs nothing', () => {
  test.each([
    [['run'], "missing required argument 'command'"],
    [['run', '--'], "missing required argument 'command'"],
    [['run', '--bogus', '--', 'true'], "unknown option '--bogus'"],
    [['run', '--timeout', 'soon', '--', 'true'], 'must be a duration'],
    [['run', '--tag', '', '--', 'true'], 'must not be empty'],
    [['run', '--markers', 'some', '--', 'true'], 'Allowed choices are'],
    [['run', '--cwd', 'nowhere', '--', 'true'], 'is not a directory'],
  ])('%j', async (args, message) => {
    await using bench = await makeBench();
    const { code, stdout, stderr } = await bench.stepwell(...args);
    expect(code).toBe(125);
    expect(stdout.toString()).toBe('');
    expect(stderr.toString()).toContain(message);
    expect((await bench.stepwell('ls')).code).toBe(3);
  });
});

describe('the other commands', () => {
  test.each([
    ['2: an unknown command', ['list'], 2, "stepwell: USAGE: unknown command 'list'"],
    ['2: help for an unknown command', ['help', 'nope'], 2, "stepwell: USAGE: unknown command 'nope'"],
    ['0: help for a command', ['help', 'ls'], 0, ''],
    ['2: an unknown option', ['ls', '--colour'], 2, "unknown option '--colour'"],
    ['2: a bad value', ['ls', '--limit', '0'], 2, 'at least 1'],
    ['2: no command at all', [], 2, 'Usage: stepwell'],
    ['3: no store', ['ls', '--store', 'nowhere'], 3, 'nowhere\n  Record something first'],
    ['3: no store', ['show', 'latest'], 3, 'stepwell: NOT_FOUND: there is no store in '],
    ['0: help', ['--help'], 0, ''],
    ['0: help', ['run', '--help'], 0, ''],
    ['0: version', ['--version'], 0, ''],
  ])('%s: %j', async (_, args, expected, message) => {
    await using bench = await makeBench();
    const { code, stderr } = await bench.stepwell(...args);
    expect(code).toBe(expected);
    expect(stderr.toString()).toContain(message);
  });

  test('1: a run or a step that is not there', async () => {
    await using bench = await makeBench();
    await bench.stepwell(...exit(0));
    const run = await bench.stepwell('show', 'ffff0000');
    expect([run.code, run.stderr.toString()]).toEqual([1, expect.stringMatching(/^stepwell: NO_SUCH_RUN: /)]);
    const step = await bench.stepwell('logs', 'latest', '--step', 'none');
    expect([step.code, step.stderr.toString()]).toEqual([
      1,
      'stepwell: NO_SUCH_STEP: no step "none" in this run\n',
    ]);
  });

  test('S11: with --json the reason is JSON, with its code', async () => {
    await using bench = await makeBench();
    const missing = await bench.stepwell('ls', '--json');
    expect(JSON.parse(missing.stderr.toString())).toMatchObject({ error: { code: 'NOT_FOUND' } });
    const usage = await bench.stepwell('ls', '--json', '--limit', 'many');
    expect(JSON.parse(usage.stderr.toString())).toMatchObject({ error: { code: 'USAGE' } });
    await bench.stepwell(...exit(0));
    const unknown = await bench.stepwell('show', 'ffff0000', '--json');
    expect(JSON.parse(unknown.stderr.toString())).toMatchObject({ error: { code: 'NO_SUCH_RUN' } });
  });
});
