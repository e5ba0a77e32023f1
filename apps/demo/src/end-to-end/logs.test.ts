import { writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { type Bench, makeBench } from './fixtures/stepwell.ts';

/** A script that prints a part each time that the file `go-<n>` comes, and ends after the last. */
const inParts = (bench: Bench, parts: readonly string[]): string => `
  const { existsSync } = require('node:fs');
  const parts = ${JSON.stringify(parts)};
  const print = (n) => {
    if (n === parts.length) return;
    if (n > 0 && !existsSync(${JSON.stringify(bench.workspace.within('go-'))} + n)) return setTimeout(print, 5, n);
    process.stdout.write(parts[n], () => print(n + 1));
  };
  print(0);
`;

async function goOn(bench: Bench, part: number): Promise<void> {
  await writeFile(bench.workspace.within(`go-${part}`), '');
}

function record(bench: Bench, source: string) {
  return bench.start(['run', '--', process.execPath, '-e', source]);
}

describe('logs --follow', () => {
  test('shows what is recorded as it comes, byte for byte, steps too, and ends with the run', async () => {
    await using bench = await makeBench();
    const parts = ['first\n', 'STEP_START: a\nin a\r\n', 'STEP_START: b\n\nno end', ' after all\nlast'];
    const run = record(bench, inParts(bench, parts));
    await run.printed('first');
    const following = bench.start(['logs', 'latest', '--follow']);
    await following.printed('first\n');
    await goOn(bench, 1);
    await following.printed('in a\r\n');
    await goOn(bench, 2);
    await following.printed('STEP_START: b\n\n');
    await goOn(bench, 3);
    expect((await run.ended).code).toBe(0);
    const { code, stdout, stderr } = await following.ended;
    expect([code, stderr.toString()]).toEqual([0, '']);
    expect(stdout.toString()).toBe(parts.join(''));
    const after = await bench.stepwell('logs', 'latest', '-f');
    expect([after.code, after.stdout.toString()]).toEqual([0, parts.join('')]);
  });

  test('a run that failed ends it like any other; -n and --grep with context go on from what there was', async () => {
    await using bench = await makeBench();
    const parts = ['1\n2\nfind 3\n', '4\n5\n', 'find 6\n7\n'];
    const run = record(bench, `${inParts(bench, parts)} process.exitCode = 9;`);
    await run.printed('find 3');
    const last = bench.start(['logs', 'latest', '-f', '-n', '2']);
    const found = bench.start(['logs', 'latest', '-f', '--grep', 'find', '-C', '1']);
    await last.printed('find 3');
    await found.printed('find 3');
    await goOn(bench, 1);
    await last.printed('5');
    await found.printed('4');
    await goOn(bench, 2);
    expect((await run.ended).code).toBe(9);
    expect(await last.ended).toMatchObject({ code: 0, stdout: Buffer.from('2\nfind 3\n4\n5\nfind 6\n7\n') });
    expect(await found.ended).toMatchObject({ code: 0, stdout: Buffer.from('2\nfind 3\n4\n5\nfind 6\n7\n') });
  });

  test('-n 0 shows only what is new', async () => {
    await using bench = await makeBench();
    const end = bench.workspace.within('go-1');
    const run = record(
      bench,
      `console.log('old');
      const { existsSync } = require('node:fs');
      const timer = setInterval(() => {
        console.log('new');
        if (existsSync(${JSON.stringify(end)})) clearInterval(timer);
      }, 20);`,
    );
    await run.printed('old');
    const shows = bench.start(['logs', 'latest', '-f']);
    await shows.printed('old');
    const following = bench.start(['logs', 'latest', '-f', '-n', '0']);
    await following.printed('new');
    await goOn(bench, 1);
    await run.ended;
    const { code, stdout } = await following.ended;
    expect(code).toBe(0);
    expect(stdout.toString()).toMatch(/^(new\n)+$/);
    expect((await bench.stepwell('logs', 'latest', '-f', '-n', '0')).stdout.toString()).toBe('');
  });

  test('S7: when whoever records is killed it shows what was recorded, says so, and ends', async () => {
    await using bench = await makeBench();
    // What was printed last may not have been recorded yet.
    const run = record(bench, "console.log('first'); setInterval(() => console.log('more'), 20);");
    await run.printed('more');
    const following = bench.start(['logs', 'latest', '-f']);
    await following.printed('more');
    run.process.kill('SIGKILL');
    const { code, stdout, stderr } = await following.ended;
    expect(code).toBe(0);
    expect(stderr.toString()).toMatch(/^stepwell: whoever recorded this run is gone/);
    expect(stdout.toString()).toBe((await bench.stepwell('logs', 'latest')).stdout.toString());
  });

  test('of a run that does not exist is a negative answer, at once', async () => {
    await using bench = await makeBench();
    await bench.script('');
    expect((await bench.stepwell('logs', 'abcdef', '-f')).code).toBe(1);
  });
});

describe('picking lines', () => {
  const source = `
    for (let n = 0; n < 40; n += 1) console.log('line ' + n);
    console.error('Error: broken'); process.stdout.write('no error at the end');
  `;

  test('by text, by expression, with context, the last of them, as JSON', async () => {
    await using bench = await makeBench();
    await bench.script(source);
    const logs = async (...options: readonly string[]): Promise<string> =>
      (await bench.stepwell('logs', 'latest', ...options)).stdout.toString();
    expect(await logs('--grep', 'line 3', '--last', '2')).toBe('line 38\nline 39\n');
    expect(await logs('--grep', 'line 3', '--source', 'stderr')).toBe('');
    expect(await logs('--regex', '^line [12]0$')).toBe('line 10\nline 20\n');
    expect(await logs('--regex', '^line [12]0$', '-C', '1')).toBe(
      'line 9\nline 10\nline 11\n--\nline 19\nline 20\nline 21\n',
    );
    expect((await logs('--grep', 'ERROR', '-i')).split('\n').sort()).toEqual([
      '',
      'Error: broken',
      'no error at the end',
    ]);
    const json = (await logs('--grep', 'line 20', '-C', '1', '--json')).trim().split('\n');
    expect(json.map((line) => (JSON.parse(line) as { readonly matches: boolean }).matches)).toEqual([
      false,
      true,
      false,
    ]);
  });

  test('by time', async () => {
    await using bench = await makeBench();
    await bench.script(source);
    const all = await bench.stepwell('logs', 'latest');
    expect((await bench.stepwell('logs', 'latest', '--since', '1h')).stdout).toEqual(all.stdout);
    expect((await bench.stepwell('logs', 'latest', '--until', '1h')).stdout.toString()).toBe('');
    expect((await bench.stepwell('logs', 'latest', '--until', '2999-01-01')).stdout).toEqual(all.stdout);
  });

  test('what cannot be asked is wrong usage, before the store is looked at', async () => {
    await using bench = await makeBench();
    const wrong = [
      ['--regex', '('],
      ['--regex', '(a)\\1'],
      ['--grep', 'a', '--regex', 'b'],
      ['--grep', ''],
      ['-C', '2'],
      ['-i'],
      ['--since', 'yesterday'],
      ['--last', '0'],
      ['--last', '-1', '--follow'],
      ['--since', '2026-01-02', '--until', '2026-01-01'],
      ['--follow', '--until', '2026-01-01'],
    ];
    for (const options of wrong) {
      const { code, stdout, stderr } = await bench.stepwell('logs', 'latest', ...options);
      expect([code, stdout.toString()], options.join(' ')).toEqual([2, '']);
      expect(stderr.toString()).toMatch(/^stepwell: USAGE: /);
    }
  });
});
