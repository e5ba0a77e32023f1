import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { makeWorkspace, type Workspace } from '@stepwell/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { open, openReadOnly, toArray } from './index.ts';

let workspace: Workspace;
beforeEach(async () => {
  workspace = await makeWorkspace('close');
});
afterEach(async () => {
  await workspace[Symbol.asyncDispose]();
});

test('S2: an artifact and lines that are on their way when the store is closed are recorded', async () => {
  const stepwell = await open(workspace.within('store'));
  const execution = await stepwell.recorder.start('last minute');
  let finish = (): void => undefined;
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  async function* slow(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('a');
    await finished;
    yield Buffer.from('b');
  }
  const artifact = execution.artifact('slow.txt', { content: slow() });
  await execution.log('a last line');
  const closed = stepwell.close();
  finish();
  await Promise.all([artifact, closed]);

  await using reader = await openReadOnly(workspace.within('store'));
  await reader.store.withSnapshot(async ({ view }) => {
    expect(await toArray(view.records.list('artifact', {}))).toMatchObject([
      { name: 'slow.txt', fileSize: 2 },
    ]);
    expect(await toArray(view.logs.lines(execution.id))).toMatchObject([{ text: 'a last line' }]);
  });
});

test('S10: one that never arrives is ABORTED, and the store is free again', async () => {
  const directory = workspace.within('store');
  const stepwell = await open(directory, { artifacts: { closeWait: 0 } });
  const execution = await stepwell.recorder.start('stuck');
  let arrived = (): void => undefined;
  const waiting = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  async function* endless(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('a');
    arrived();
    await new Promise(() => undefined);
  }
  const outcome = expect(execution.artifact('never.txt', { content: endless() })).rejects.toMatchObject({
    code: 'ABORTED',
  });
  await waiting;
  await stepwell.close();
  await outcome;
  expect(readdirSync(join(directory, 'artifacts', 'tmp'))).toEqual([]);
  await using again = await open(directory);
  expect(again.interrupted).toEqual([execution.id]);
});

test('S11: closing twice, at once or later, is one close; afterwards everything is NOT_OPEN', async () => {
  const stepwell = await open(workspace.within('store'));
  await Promise.all([stepwell.close(), stepwell.close()]);
  await stepwell.close();
  await stepwell[Symbol.asyncDispose]();
  const notOpen = { code: 'NOT_OPEN' };
  await expect(stepwell.recorder.start('late')).rejects.toMatchObject(notOpen);
  await expect(stepwell.store.write([])).rejects.toMatchObject(notOpen);
  await expect(stepwell.store.snapshot()).rejects.toMatchObject(notOpen);
  await expect(stepwell.artifacts.put(new Uint8Array(1))).rejects.toMatchObject(notOpen);
});
