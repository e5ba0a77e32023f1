import { existsSync } from 'node:fs';
import { mkdir, open as openFile, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Execution } from '@stepwell/core';
import { open } from 'stepwell';
import { describe, expect, test } from 'vitest';
import type { ShownRun } from '../commands/show.ts';
import { makeBench } from './fixtures/stepwell.ts';

const hello = ['--', process.execPath, '-e', "console.log('hello')"];

describe('S5: several runs at once', () => {
  test('record into one store, and each keeps its own lines in order', async () => {
    await using bench = await makeBench();
    const runs = ['a', 'b', 'c'].map((name) => {
      const source = `for (let n = 0; n < 3000; n += 1) console.log('${name} ' + n);`;
      return bench.start(['run', '--name', name, '--', process.execPath, '-e', source]).ended;
    });
    const results = await Promise.all(runs);
    expect(results.map(({ code, stderr }) => [code, stderr.toString()])).toEqual(results.map(() => [0, '']));
    const listed = await bench.json<Execution[]>('ls');
    expect(listed.map(({ name, status }) => `${name} ${status}`).sort()).toEqual([
      'a completed',
      'b completed',
      'c completed',
    ]);
    for (const { id, name } of listed) {
      const { stdout } = await bench.stepwell('logs', id);
      expect(stdout.toString()).toBe(Array.from({ length: 3000 }, (_, n) => `${name} ${n}\n`).join(''));
    }
  });

  test('S5: an exclusive writer keeps `run` out, by name; readers come and go', async () => {
    await using bench = await makeBench();
    await bench.stepwell('run', ...hello);
    await using _ = await open(bench.store, { writer: 'exclusive' });
    const { code, stdout, stderr } = await bench.stepwell('run', ...hello);
    expect([code, stdout.toString()]).toEqual([125, '']);
    expect(stderr.toString()).toMatch(/^stepwell: LOCKED: /);
    expect(stderr.toString()).toContain(String(process.pid));
    expect((await bench.stepwell('ls')).code).toBe(0);
  });
});

describe('a store that cannot be used: the command is not run, and nothing is changed', () => {
  test('CORRUPT: damaged records', async () => {
    await using bench = await makeBench();
    await bench.stepwell('run', ...hello);
    const database = join(bench.store, 'records.db');
    const damaged = (await readFile(database)).fill(0xa5, 0, 2048);
    await writeFile(database, damaged);
    const run = await bench.stepwell('run', ...hello);
    expect([run.code, run.stdout.toString()]).toEqual([125, '']);
    expect(run.stderr.toString()).toMatch(/^stepwell: CORRUPT: .*records\.db/);
    const ls = await bench.stepwell('ls');
    expect([ls.code, ls.stderr.toString()]).toEqual([3, expect.stringMatching(/^stepwell: CORRUPT: /)]);
    expect((await readFile(database)).equals(damaged)).toBe(true);
  });

  test('CORRUPT: a damaged log segment, with its place', async () => {
    await using bench = await makeBench();
    for (let round = 0; round < 3; round += 1) await bench.stepwell('run', ...hello);
    const directory = join(bench.store, 'logs');
    const segment = (await readdir(directory)).find((name) => !name.startsWith('MANIFEST')) ?? '';
    const file = await openFile(join(directory, segment), 'r+');
    await file.write(Buffer.from([0xff, 0xff, 0xff]), 0, 3, 60);
    await file.close();
    const before = await readFile(join(directory, segment));
    const { code, stdout, stderr } = await bench.stepwell('run', ...hello);
    expect([code, stdout.toString()]).toEqual([125, '']);
    expect(stderr.toString()).toMatch(/^stepwell: CORRUPT: /);
    expect((await readFile(join(directory, segment))).equals(before)).toBe(true);
  });

  test('SD-72: `repair` mends damaged logs, and only says what is wrong when it is asked to', {
    timeout: 120_000,
  }, async () => {
    await using bench = await makeBench();
    await bench.stepwell('run', '--name', 'one', ...hello);
    expect((await bench.stepwell('repair')).stdout.toString()).toBe('The logs are sound.\n');
    const segment = join(bench.store, 'logs', '00000001.seg');
    const bytes = await readFile(segment);
    bytes[bytes.length - 3] = (bytes[bytes.length - 3] ?? 0) ^ 1;
    await writeFile(segment, bytes);
    expect((await bench.stepwell('run', ...hello)).code).toBe(125);
    expect((await bench.stepwell('repair', '--dry-run')).code).toBe(1);
    expect(await readFile(segment)).toEqual(bytes);
    const { code, stdout } = await bench.stepwell('repair');
    expect([code, stdout.toString()]).toEqual([0, expect.stringMatching(/lost.*kept.*Repaired/s)]);
    expect((await bench.stepwell('repair')).stdout.toString()).toBe('The logs are sound.\n');
    expect((await bench.stepwell('run', '--name', 'two', ...hello)).code).toBe(0);
    expect((await bench.json<Execution[]>('ls')).map(({ name }) => name)).toEqual(['two', 'one']);
  });

  test.each([
    ['records.db emptied', async (store: string) => await truncate(join(store, 'records.db'))],
    ['records.db deleted', async (store: string) => await rm(join(store, 'records.db'))],
    ['the manifest deleted', async (store: string) => await rm(join(store, 'logs', 'MANIFEST'))],
  ])('CORRUPT: %s, and the lines are there; none of them is cut', async (_, damage) => {
    await using bench = await makeBench();
    await bench.stepwell('run', ...hello);
    await damage(bench.store);
    const segment = join(bench.store, 'logs', '00000001.seg');
    const before = await readFile(segment);
    const run = await bench.stepwell('run', ...hello);
    expect([run.code, run.stdout.toString()]).toEqual([125, '']);
    expect(run.stderr.toString()).toMatch(/^stepwell: CORRUPT: /);
    for (const args of [['ls'], ['show', 'latest'], ['logs', 'latest'], ['init', '--store', bench.store]]) {
      const { code, stderr } = await bench.stepwell(...args);
      expect([code, stderr.toString()]).toEqual([3, expect.stringMatching(/^stepwell: CORRUPT: /)]);
    }
    expect((await readFile(segment)).equals(before)).toBe(true);
  });

  test('SCHEMA_TOO_NEW: written by a later version', async () => {
    await using bench = await makeBench();
    await bench.stepwell('run', ...hello);
    await renameMigration(join(bench.store, 'records.db'));
    const run = await bench.stepwell('run', ...hello);
    expect([run.code, run.stdout.toString()]).toEqual([125, '']);
    expect(run.stderr.toString()).toMatch(/^stepwell: SCHEMA_TOO_NEW: .*\n {2}Update stepwell/);
    expect((await bench.stepwell('ls')).code).toBe(3);
  });

  test('a directory that cannot be made', async () => {
    await using bench = await makeBench();
    await writeFile(bench.workspace.within('file'), '');
    const store = bench.workspace.within('file', 'store');
    const { code, stdout, stderr } = await bench.stepwell('run', '--store', store, ...hello);
    expect([code, stdout.toString()]).toEqual([125, '']);
    expect(stderr.toString()).toMatch(
      /^stepwell: INVALID_ARGUMENT: no store can be made in .*a file is in the way/,
    );
    expect((await bench.stepwell('ls', '--store', store)).code).toBe(3);
  });

  test.skipIf(process.platform !== 'linux')('nor in a place that only says there is none', async () => {
    await using bench = await makeBench();
    const { code, stderr } = await bench.stepwell('run', '--store', '/proc/stepwell/store', ...hello);
    expect([code, stderr.toString()]).toEqual([125, expect.stringMatching(/^stepwell: IO: no store can/)]);
  });

  // Permission bits do not bind the superuser.
  test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
    'READ_ONLY: a directory that may not be written',
    async () => {
      await using bench = await makeBench();
      const closed = bench.workspace.within('closed');
      await mkdir(closed, { mode: 0o500 });
      const { code, stderr } = await bench.stepwell('run', '--store', join(closed, 'store'), ...hello);
      expect(code).toBe(125);
      expect(stderr.toString()).toMatch(/^stepwell: READ_ONLY: /);
    },
  );
});

describe('where the store is', () => {
  test('`init` makes .stepwell, hidden from git; runs below it go there; a second `init` changes nothing', async () => {
    await using bench = await makeBench();
    const inside = { cwd: bench.workspace.within('project', 'src'), env: { STEPWELL_STORE: '' } };
    await mkdir(inside.cwd, { recursive: true });
    const project = { ...inside, cwd: bench.workspace.within('project') };
    expect((await bench.start(['init'], project).ended).stdout.toString()).toMatch(/^Made .*\.stepwell\./);
    const store = bench.workspace.within('project', '.stepwell');
    expect(await readFile(join(store, '.gitignore'), 'utf8')).toBe('*\n');
    expect((await bench.start(['run', ...hello], inside).ended).code).toBe(0);
    expect((await bench.start(['init'], project).ended).stdout.toString()).toContain('is there already');
    const { stdout } = await bench.start(['ls', '--json', '--store', store]).ended;
    expect((JSON.parse(stdout.toString()) as unknown[]).length).toBe(1);
  });

  test('without any, it is in the data directory of the user', async () => {
    await using bench = await makeBench();
    const env = {
      STEPWELL_STORE: '',
      LOCALAPPDATA: bench.workspace.within('data'),
      HOME: bench.workspace.path,
    };
    expect((await bench.start(['run', ...hello], { env }).ended).code).toBe(0);
    const places = ['data/stepwell', 'Library/Application Support/stepwell'];
    expect(places.some((place) => existsSync(bench.workspace.within(place, 'records.db')))).toBe(true);
  });
});

describe('finding a run', () => {
  test('by `latest`, its id, its end or its beginning; what fits several is refused', async () => {
    await using bench = await makeBench();
    await bench.stepwell('run', '--name', 'first', ...hello);
    await bench.stepwell('run', '--name', 'second', ...hello);
    const [second, first] = await bench.json<Execution[]>('ls');
    if (first === undefined || second === undefined) throw new Error('two runs were recorded');
    const found = async (reference: string): Promise<string> =>
      (await bench.json<ShownRun>('show', reference)).execution.name;
    expect(await found('latest')).toBe('second');
    expect(await found(first.id)).toBe('first');
    expect(await found(first.id.slice(-8).toUpperCase())).toBe('first');
    const ambiguous = await bench.stepwell('show', first.id.slice(0, 6));
    expect([ambiguous.code, ambiguous.stderr.toString()]).toEqual([
      1,
      expect.stringMatching(/several runs fit .*\(second\), .*\(first\)/),
    ]);
  });
});

/** Makes the migration that made the database one that this version does not know. */
async function renameMigration(path: string): Promise<void> {
  const bytes = await readFile(path, 'latin1');
  const later = bytes.replaceAll('0001-records', '9001-records');
  if (later === bytes) throw new Error('no migration is recorded in the database');
  await writeFile(path, later, 'latin1');
}
