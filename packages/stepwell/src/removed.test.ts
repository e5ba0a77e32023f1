import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeWorkspace, type Workspace } from '@stepwell/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  appendLines,
  createMonitor,
  isStoreError,
  open,
  openReadOnly,
  putExecution,
  toArray,
} from './index.ts';

let workspace: Workspace;
let directory: string;
beforeEach(async () => {
  workspace = await makeWorkspace('removed');
  directory = workspace.within('store');
});
afterEach(async () => {
  await workspace[Symbol.asyncDispose]();
});

/** The code with which it fails; what is not typed fails the test. */
async function codeOf(work: Promise<unknown>): Promise<string> {
  return await work.then(
    () => 'no error',
    (error: unknown) => (isStoreError(error) ? error.code : expect.unreachable(String(error))),
  );
}

/*
 * Somebody runs `rm -rf` on a store that is open. What is written from then on would go to files that nobody can find
 * again, so nothing may be acknowledged any more.
 */
describe.each(['exclusive', 'shared'] as const)(
  'S2: the directory is removed while a writer is open (%s)',
  (writer) => {
    test.each(['stays away', 'is made anew'])(
      'and %s: nothing is acknowledged, everything is typed',
      async (then) => {
        const stepwell = await open(directory, { writer });
        const { store, recorder, artifacts } = stepwell;
        const { hash } = await artifacts.put(Buffer.from('kept'));
        const execution = await recorder.start('caught out');
        await execution.log('acknowledged');
        await recorder.flush();
        const reader = await openReadOnly(directory);
        rmSync(directory, { recursive: true });
        if (then === 'is made anew') mkdirSync(directory);

        const lost = /^(POISONED|CORRUPT)$/;
        expect(await codeOf(store.write([putExecution({ id: 'a', name: 'a', createdAt: 1 })]))).toMatch(lost);
        expect(await codeOf(store.write([appendLines('log', ['x'])]))).toMatch(lost);
        expect(await codeOf(store.write([appendLines('log', ['x'])], { durability: 'power-loss' }))).toMatch(
          lost,
        );
        expect(await codeOf(store.sync())).toMatch(lost);
        expect(await codeOf(execution.complete())).toMatch(lost);
        expect(await codeOf(artifacts.put(Buffer.from('new')))).toBe('IO');
        expect(await codeOf(toArray(artifacts.read(hash)))).toBe('NOT_FOUND');
        expect(await codeOf(toArray(reader.artifacts.read(hash)))).toBe('NOT_FOUND');
        expect(
          await codeOf(reader.store.withSnapshot(({ view }) => view.records.count('execution'))),
        ).toMatch(lost);
        const health = await createMonitor(reader.store).health();
        expect(health.status).toBe('fail');

        await reader.close();
        // It says once more that what waited is lost, and lets go of everything all the same.
        expect(await codeOf(stepwell.close())).toMatch(/^(no error|POISONED|CORRUPT|IO)$/);
        // The turn of a shared writer makes its lock; nobody makes a store.
        expect(existsSync(join(directory, 'records.db'))).toBe(false);
        rmSync(directory, { recursive: true, force: true });
        await using again = await open(directory, { writer });
        expect(again.interrupted).toEqual([]);
        await again.recorder.execution('a new start', () => undefined);
      },
    );
  },
);

test('S4: a snapshot that was open goes on, or says why not', async () => {
  const stepwell = await open(directory);
  await stepwell.store.write([
    putExecution({ id: 'a', name: 'a', createdAt: 1 }),
    appendLines('a', ['one', 'two']),
  ]);
  const snapshot = await stepwell.store.snapshot();
  rmSync(directory, { recursive: true });
  const read = async (): Promise<string[]> =>
    (await toArray(snapshot.view.logs.lines('a'))).map(({ text }) => text);
  // The files are open, and the kernel keeps them as long; where it does not, that is an error and never less than all.
  expect(await read().catch((error: unknown) => isStoreError(error) && ['one', 'two'])).toEqual([
    'one',
    'two',
  ]);
  await snapshot.close();
  await stepwell.close().catch((error: unknown) => expect(isStoreError(error)).toBe(true));
});
