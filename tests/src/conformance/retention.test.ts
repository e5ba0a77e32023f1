import { isStoreError, openStore, putArtifact, putExecution, putStep, type RecordOp } from '@stepwell/core';
import { pruneRecords } from '@stepwell/monitor';
import { makeWorkspace } from '@stepwell/testkit';
import { expect, test } from 'vitest';
import { fileDriver } from '../fixtures/worlds.ts';

const day = 86_400_000;
const today = 1_000 * day;

/** A run that ended so many days ago, with all that can hang on one. */
function run(number: number, daysAgo: number): RecordOp[] {
  const id = `run ${number}`;
  const completedAt = today - daysAgo * day;
  const times = { createdAt: completedAt - 5, completedAt, tags: ['nightly'] };
  return [
    putExecution({ id, name: 'nightly', status: 'completed', ...times }),
    putStep({ id: `${id} step`, executionId: id, index: 0, name: 'compile', createdAt: completedAt - 4 }),
    putArtifact({
      id: `${id} artifact`,
      executionId: id,
      name: 'a',
      filePath: 'a',
      createdAt: 1,
      tags: ['bin'],
    }),
  ];
}

test('SF-45: in SQLite, while others write and read, old runs go whole and nobody is kept waiting', async () => {
  await using workspace = await makeWorkspace('retention');
  await using store = await openStore(fileDriver(workspace.path));
  await store.write(
    Array.from({ length: 1_500 }, (_, number) => run(number, number < 1_000 ? 31 : 29)).flat(),
  );
  await using before = await store.snapshot();
  let pruned = false;
  const prune = pruneRecords(store, { days: 30, now: () => today }).finally(() => {
    pruned = true;
  });
  let between = 0;
  while (!pruned) {
    // Each commit of the pruning is bounded, so those of others come between.
    await store.write([putExecution({ id: `new ${between}`, name: 'new', createdAt: today })]);
    between += 1;
  }
  const { measures } = await prune;
  expect(measures.find(({ name }) => name === 'pruned.executions')?.value).toBe(1_000);
  expect(between).toBeGreaterThan(3);
  await store.withSnapshot(async ({ view: { records } }) => {
    expect(await records.count('execution', { name: 'nightly' })).toBe(500);
    expect(await records.count('execution', { tag: 'nightly' })).toBe(500);
    expect(await records.count('step')).toBe(500);
    expect(await records.count('artifact', { tag: 'bin' })).toBe(500);
    expect(await records.count('execution', { name: 'new' })).toBe(between);
  });
  expect(await before.view.records.count('execution')).toBe(1_500);
  expect((await store.maintenance.verify()).problems).toEqual([]);
});

test('SF-45: two processes’ worth of pruning at once agree', async () => {
  await using workspace = await makeWorkspace('retention');
  await using one = await openStore(fileDriver(workspace.path), { writer: 'shared' });
  await using other = await openStore(fileDriver(workspace.path), { writer: 'shared' });
  await one.write(Array.from({ length: 450 }, (_, number) => run(number, 31)).flat());
  const reports = await Promise.allSettled(
    [one, other].map(async (store) => await pruneRecords(store, { days: 30, now: () => today })),
  );
  for (const report of reports) {
    if (report.status === 'rejected' && !isStoreError(report.reason, 'BUSY', 'LOCKED')) throw report.reason;
  }
  expect(await one.withSnapshot(async ({ view }) => await view.records.count('execution'))).toBe(0);
});
