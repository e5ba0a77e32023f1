import { symlink, writeFile } from 'node:fs/promises';
import { makeWorkspace, type Workspace } from '@stepwell/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { appendLines, isStoreError, open, openReadOnly, putExecution, toArray } from './index.ts';

let workspace: Workspace;
beforeEach(async () => {
  workspace = await makeWorkspace('open');
});
afterEach(async () => {
  await workspace[Symbol.asyncDispose]();
});

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (isStoreError(error)) return error.code;
    throw error;
  }
  return 'no error';
}

test('S2: what was recorded is there after closing and opening again', async () => {
  const first = await open(workspace.within('store'));
  const id = await first.recorder.execution('nightly', async (execution) => {
    await execution.log('outside of any step');
    await execution.step('compile', async (step) => {
      await step.log('one\ntwo');
      await step.artifact('out.txt', { content: Buffer.from('made') });
    });
    return execution.id;
  });
  await first.close();

  await using second = await open(workspace.within('store'));
  await second.store.withSnapshot(async ({ view }) => {
    expect(await view.records.get('execution', id)).toMatchObject({ status: 'completed', completedSteps: 1 });
    const [step] = await toArray(view.records.list('step', { executionId: id }));
    const lines = await toArray(view.logs.lines(step?.id ?? ''));
    expect(lines.map((line) => line.text)).toEqual(['one', 'two']);
    const [artifact] = await toArray(view.records.list('artifact', { executionId: id }));
    expect(artifact).toMatchObject({ name: 'out.txt', fileSize: 4, mimeType: 'text/plain' });
    const bytes = await toArray(second.artifacts.read(artifact?.hash ?? ''));
    expect(Buffer.concat(bytes).toString()).toBe('made');
  });
});

test('S1: a record and its lines are one commit', async () => {
  await using stepwell = await open(workspace.within('store'));
  const { epoch } = await stepwell.store.write([
    putExecution({ id: 'a', name: 'a', createdAt: 1 }),
    appendLines('a', ['x']),
  ]);
  expect(epoch).toBe(1);
  const refused = stepwell.store.write([
    appendLines('a', ['never']),
    putExecution({ id: 'b', name: 'b', createdAt: -1 }),
  ]);
  expect(await codeOf(refused)).toBe('INVALID_ARGUMENT');
  await stepwell.store.withSnapshot(async ({ view }) => {
    expect((await view.logs.info('a'))?.lines).toBe(1);
  });
});

test('S5: a second exclusive writer is refused, whatever the spelling of the path, and told who holds it', async () => {
  await using _first = await open(workspace.within('store'), { purpose: 'the first' });
  await symlink(workspace.within('store'), workspace.within('alias'));
  const again = open(workspace.within('alias'));
  await expect(again).rejects.toMatchObject({
    code: 'LOCKED',
    details: { holder: { pid: process.pid, purpose: 'the first' } },
  });
  expect(await codeOf(open(workspace.within('store')))).toBe('LOCKED');
});

test('S5: shared writers take turns on one epoch line', async () => {
  await using left = await open(workspace.within('store'), { writer: 'shared' });
  await using right = await open(workspace.within('store'), { writer: 'shared' });
  const writes = Array.from({ length: 20 }, (_, index) => {
    const { store } = index % 2 === 0 ? left : right;
    return store.write([appendLines('shared', [`line ${index}`])]);
  });
  await Promise.all(writes);
  await right.store.withSnapshot(async ({ view, epoch }) => {
    const lines = await toArray(view.logs.lines('shared'));
    expect(lines.map((line) => line.number)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect(epoch).toBe(lines.at(-1)?.epoch);
  });
});

test('S6: a reader sees commits as they happen and leaves the writer alone', async () => {
  expect(await codeOf(openReadOnly(workspace.within('store')))).toBe('NOT_FOUND');
  await using stepwell = await open(workspace.within('store'));
  await using reader = await openReadOnly(workspace.within('store'));
  await stepwell.store.write([putExecution({ id: 'a', name: 'a', createdAt: 1 }), appendLines('a', ['x'])]);
  await reader.store.withSnapshot(async ({ view }) => {
    await stepwell.store.write([putExecution({ id: 'b', name: 'b', createdAt: 2 }), appendLines('a', ['y'])]);
    expect(await view.records.count('execution')).toBe(1);
    expect(await toArray(view.logs.lines('a'))).toHaveLength(1);
  });
  await reader.store.withSnapshot(async ({ view }) => {
    expect(await view.records.count('execution')).toBe(2);
    expect(await toArray(view.logs.lines('a'))).toHaveLength(2);
  });
});

test('S11: what is not a store is named, and left as it is', async () => {
  expect(await codeOf(open(''))).toBe('INVALID_ARGUMENT');
  expect(await codeOf(open(workspace.within('store'), { writer: 'both' as 'shared' }))).toBe(
    'INVALID_ARGUMENT',
  );
  await writeFile(workspace.within('file'), 'not a directory');
  expect(await codeOf(open(workspace.within('file')))).toBe('INVALID_ARGUMENT');
});
