import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeWorkspace, type Workspace } from '@stepwell/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runProgram } from './fixtures/run-program.ts';
import { open, openReadOnly, toArray } from './index.ts';

let workspace: Workspace;
beforeEach(async () => {
  workspace = await makeWorkspace('directories');
});
afterEach(async () => {
  await workspace[Symbol.asyncDispose]();
});

/** Records a run in the directory, and reads it back. */
async function roundTrip(directory: string): Promise<void> {
  const stepwell = await open(directory);
  const id = await stepwell.recorder.execution('named', async (execution) => {
    await execution.log('a line');
    await execution.artifact('a.txt', { content: Buffer.from('bytes') });
    return execution.id;
  });
  await stepwell.close();
  await using reader = await openReadOnly(directory);
  await reader.store.withSnapshot(async ({ view }) => {
    expect((await toArray(view.logs.lines(id))).map(({ text }) => text)).toEqual(['a line']);
    const [artifact] = await toArray(view.records.list('artifact', { executionId: id }));
    expect(Buffer.concat(await toArray(reader.artifacts.read(artifact?.hash ?? ''))).toString()).toBe(
      'bytes',
    );
  });
}

// To SQLite some of these would be a URI, a database in memory, or a name to be trimmed.
const names = [
  'ünï 日本 🎉',
  '%20%zz',
  'a#b',
  'a?mode=memory&cache=shared',
  'file:x?mode=ro',
  ' both ',
  ':memory:',
  'q\'u"o',
];

test.each(names)('a directory may be called %j', async (name) => {
  const directory = workspace.within('in', name);
  await roundTrip(directory);
  expect(readdirSync(workspace.within('in'))).toEqual([name]);
  expect(readdirSync(directory)).toEqual(
    expect.arrayContaining(['artifacts', 'locks', 'logs', 'records.db']),
  );
});

test.each(['file:rel?mode=memory', ':memory:', '.'])('a relative one as well: %j', async (name) => {
  const program = `
    import { open } from 'stepwell';
    process.chdir(process.argv[1]);
    const { directory, recorder, close } = await open(process.argv[2]);
    await recorder.execution('x', () => undefined);
    await close();
    console.log(directory);
  `;
  mkdirSync(workspace.within('cwd'));
  const { stdout, stderr } = await runProgram(program, [workspace.within('cwd'), name]);
  expect({ stdout, stderr }).toEqual({ stdout: `${join(workspace.within('cwd'), name)}\n`, stderr: '' });
  expect(existsSync(join(workspace.within('cwd'), name, 'records.db'))).toBe(true);
});

test('what is missing above it is made', async () => {
  await roundTrip(workspace.within('one', 'two', 'three'));
});

describe('S11: where there can be no store, the error is typed, and nothing is made', () => {
  test.each([undefined, null, '', 5, 'a\0b', 'a\ud800', {}, new URL('file:///tmp/x'), Buffer.from('x')])(
    '%j is no path',
    async (directory) => {
      for (const opening of [open, openReadOnly]) {
        await expect(opening(directory as never)).rejects.toMatchObject({
          code: 'INVALID_ARGUMENT',
          message: expect.stringMatching(/^directory must be a path/),
        });
      }
    },
  );

  test.each<[string, (place: string) => string, string]>([
    ['a file', (place) => file(join(place, 'file')), 'INVALID_ARGUMENT'],
    ['below a file', (place) => join(file(join(place, 'file')), 'store'), 'INVALID_ARGUMENT'],
    ['too long a name', (place) => join(place, 'x'.repeat(300)), 'IO'],
    ['too long a path', (place) => join(place, ...Array<string>(60).fill('x'.repeat(100))), 'IO'],
    ['a link to nothing', (place) => link(place, 'nothing'), 'NOT_FOUND'],
    ['a link to itself', (place) => link(place, 'link'), 'INVALID_ARGUMENT'],
  ])('%s', async (_, make, code) => {
    const place = workspace.within('place');
    mkdirSync(place);
    const directory = make(place);
    const before = readdirSync(place, { recursive: true });
    for (const opening of [open, openReadOnly]) {
      await expect(opening(directory)).rejects.toMatchObject({ name: 'StoreError', code });
    }
    expect(readdirSync(place, { recursive: true })).toEqual(before);
  });

  test.each(['records.db', 'logs', 'locks', 'artifacts'])('%s is something else', async (part) => {
    const directory = workspace.within('store');
    mkdirSync(directory);
    if (part === 'records.db') mkdirSync(join(directory, part));
    else file(join(directory, part));
    await expect(open(directory)).rejects.toMatchObject({ name: 'StoreError', code: 'INVALID_ARGUMENT' });
    // The lock is free again, and what was in the way may go.
    rmSync(join(directory, part), { recursive: true });
    await roundTrip(directory);
  });

  test.skipIf(process.platform === 'win32')(
    'one that may not be written, or not be looked into',
    async () => {
      const program = `
      import { open, openReadOnly } from 'stepwell';
      for (const directory of process.argv.slice(1)) {
        for (const opening of [open, openReadOnly]) {
          await opening(directory).then(
            (stepwell) => stepwell.close().then(() => console.log('opened')),
            ({ name, code }) => console.log(name, code),
          );
        }
      }
    `;
      const sealed = workspace.within('sealed');
      const dark = workspace.within('dark');
      await (await open(join(sealed, 'store'))).close();
      mkdirSync(join(dark, 'store'), { recursive: true });
      // Root may write anywhere: let somebody else try.
      const nobody = process.getuid?.() === 0 ? 65_534 : undefined;
      chmodSync(workspace.within(), 0o755);
      chmodSync(sealed, nobody === undefined ? 0o555 : 0o755);
      chmodSync(dark, 0o000);
      try {
        const directories = [join(sealed, 'new'), join(dark, 'store')];
        const { stdout, stderr } = await runProgram(program, directories, nobody);
        expect({ stdout, stderr }).toEqual({
          stdout: 'StoreError READ_ONLY\nStoreError NOT_FOUND\nStoreError IO\nStoreError IO\n',
          stderr: '',
        });
      } finally {
        chmodSync(sealed, 0o755);
        chmodSync(dark, 0o755);
      }
    },
  );
});

function file(path: string): string {
  writeFileSync(path, 'not a directory');
  return path;
}

function link(place: string, to: string): string {
  const path = join(place, 'link');
  symlinkSync(join(place, to), path);
  return path;
}
