import { linkSync, mkdirSync, readdirSync, renameSync, symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { makeWorkspace, type Workspace } from '@stepwell/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type RunningProgram, startProgram } from './fixtures/run-program.ts';
import { appendLines, open, openReadOnly, toArray } from './index.ts';

/** Opens a store, writes a line, says so, and holds it until its input ends. */
const holder = `
  import { appendLines, open } from 'stepwell';
  const { store, close } = await open(process.argv[1], { purpose: 'the holder' });
  await store.write([appendLines('log', ['from the holder'])]);
  console.log('holding');
  process.stdin.on('end', close).resume();
`;

let workspace: Workspace;
let store: string;
beforeEach(async () => {
  workspace = await makeWorkspace('links');
  store = workspace.within('store');
});
afterEach(async () => {
  await workspace[Symbol.asyncDispose]();
});

async function hold(directory: string): Promise<RunningProgram> {
  const program = startProgram(holder, [directory]);
  expect(await program.firstLine).toBe('holding');
  return program;
}

async function letGo(program: RunningProgram): Promise<void> {
  program.process.stdin?.end();
  expect((await program.outcome).stderr).toBe('');
}

function directory(name: string, links: readonly string[]): string {
  const path = workspace.within(name);
  mkdirSync(path);
  for (const link of links) symlinkSync(join(store, link), join(path, link));
  return path;
}

async function linesOf(path: string): Promise<string[]> {
  await using reader = await openReadOnly(path);
  return await reader.store.withSnapshot(async ({ view }) =>
    (await toArray(view.logs.lines('log'))).map(({ text }) => text),
  );
}

const ways: readonly [string, () => string][] = [
  ['by a link to the directory', () => link(store, workspace.within('alias'))],
  ['by a link to a directory above', () => join(link(workspace.path, workspace.within('up')), 'store')],
  ['by a relative path', () => relative(process.cwd(), store)],
  ['by a path that goes around', () => join(store, 'logs', '..', '.', '..', 'store', '/')],
  ['by a link to the records alone', () => directory('other', ['records.db'])],
  ['by links to records and logs', () => directory('other', ['records.db', 'logs'])],
  ['by links to everything', () => directory('other', ['records.db', 'logs', 'locks', 'artifacts'])],
];

describe('S5: records have one lock, whatever leads to them, across processes', () => {
  test.each(ways)('%s: LOCKED while they are held, then the same store', async (_, way) => {
    const program = await hold(store);
    const path = way();
    await expect(open(path)).rejects.toMatchObject({
      code: 'LOCKED',
      details: { holder: { pid: program.process.pid, purpose: 'the holder' } },
    });
    expect(await linesOf(path)).toEqual(['from the holder']);
    await letGo(program);
    const mine = await open(path);
    await expect(open(store)).rejects.toMatchObject({ code: 'LOCKED' });
    await mine.store.write([appendLines('log', ['from the other side'])]);
    await mine.close();
    expect(await linesOf(store)).toEqual(['from the holder', 'from the other side']);
  });

  test('the other way around: held through links, LOCKED for the store itself', async () => {
    await (await open(store)).close();
    const program = await hold(directory('other', ['records.db']));
    await expect(open(store)).rejects.toMatchObject({ code: 'LOCKED' });
    await letGo(program);
    expect(await linesOf(store)).toEqual(['from the holder']);
    // Nothing was made where there was only a link.
    expect(readdirSync(workspace.within('other'))).toEqual(['records.db']);
  });

  test('records on another disk, by a link, that two directories share', async () => {
    await (await open(store)).close();
    renameSync(join(store, 'records.db'), workspace.within('moved.db'));
    symlinkSync(workspace.within('moved.db'), join(store, 'records.db'));
    const program = await hold(store);
    const other = workspace.within('other');
    mkdirSync(other);
    symlinkSync(workspace.within('moved.db'), join(other, 'records.db'));
    await expect(open(other)).rejects.toMatchObject({ code: 'LOCKED' });
    await letGo(program);
    // These records have lines, and the other directory has none of them.
    await expect(open(other)).rejects.toMatchObject({ code: 'CORRUPT' });
    expect(await linesOf(store)).toEqual(['from the holder']);
  });
});

test('S5: a second name of records.db is refused, since SQLite would keep two logs of it', async () => {
  await (await open(store)).close();
  const other = workspace.within('other');
  mkdirSync(other);
  linkSync(join(store, 'records.db'), join(other, 'records.db'));
  const refusal = { code: 'NOT_SUPPORTED', details: { links: 2 } };
  await expect(open(other)).rejects.toMatchObject(refusal);
  await expect(open(store)).rejects.toMatchObject(refusal);
  expect(readdirSync(other)).toEqual(['records.db']);
  // Reading does no harm.
  expect(await linesOf(store)).toEqual([]);
});

test('S1: the records of one store with the logs of another are CORRUPT', async () => {
  await (await open(store)).close();
  const other = workspace.within('other');
  await (await open(other)).close();
  renameSync(join(other, 'records.db'), workspace.within('aside.db'));
  symlinkSync(join(store, 'records.db'), join(other, 'records.db'));
  for (const opening of [open, openReadOnly])
    await expect(opening(other)).rejects.toMatchObject({ code: 'CORRUPT' });
});

function link(to: string, path: string): string {
  symlinkSync(to, path);
  return path;
}
