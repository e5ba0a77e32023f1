import { putArtifact, putExecution, putStep } from '@stepwell/core';
import { expect, test } from 'vitest';
import { monitorOf } from '../fixtures/monitors.ts';
import { openMemoryStore, withMembers } from '../fixtures/stores.ts';

test('SF-104: stats count what is recorded, by status, and tell the oldest and the newest', async () => {
  const store = await openMemoryStore();
  const monitor = monitorOf(store, { now: () => 1_700_000_000_000 });
  const empty = { steps: 0, artifacts: 0, oldestAt: null, newestAt: null };
  expect((await monitor.stats()).records).toMatchObject(empty);
  await store.write([
    putExecution({ id: 'a', name: 'nightly', createdAt: 10, status: 'completed' }),
    putExecution({ id: 'b', name: 'nightly', createdAt: 30, status: 'failed' }),
    putExecution({ id: 'c', name: 'nightly', createdAt: 20 }),
    putStep({ id: 's', executionId: 'a', name: 'compile', index: 0, createdAt: 11 }),
    putArtifact({ id: 'f', executionId: 'a', name: 'main.o', filePath: 'main.o', createdAt: 12 }),
  ]);
  expect(await monitor.stats()).toMatchObject({
    at: 1_700_000_000_000,
    store: store.name,
    records: {
      executions: {
        pending: 1,
        running: 0,
        completed: 1,
        failed: 1,
        cancelled: 0,
        'timed-out': 0,
        interrupted: 0,
      },
      steps: 1,
      artifacts: 1,
      oldestAt: 10,
      newestAt: 30,
    },
  });
});

test('SF-53, SF-57: stats hold every measure of the store, what follows from them, and what the process does', async () => {
  const store = await openMemoryStore();
  const { measures } = await monitorOf(store).stats();
  expect(measures.slice(0, -8)).toEqual(await store.stats());
  expect(measures.slice(-8, -5).map(({ name }) => name)).toEqual([
    'store.writes.failed.ratio',
    'store.commits.failed.ratio',
    'store.ops.rate',
  ]);
  const process = Object.fromEntries(measures.slice(-5).map(({ name, value }) => [name, value]));
  expect(Object.keys(process)).toEqual([
    'process.uptime',
    'process.memory.bytes',
    'process.heap.bytes',
    'process.cpu',
    'process.eventloop.p99',
  ]);
  expect(process['process.memory.bytes']).toBeGreaterThan(process['process.heap.bytes'] ?? Infinity);
  for (const value of Object.values(process)) expect(value).toBeGreaterThanOrEqual(0);
});

test('a store of something else than records has measures, and no counts', async () => {
  const store = await openMemoryStore();
  const other = withMembers(store, {
    withSnapshot: async (work) => await work({ view: { rows: [] } } as never),
  });
  expect((await monitorOf(other).stats()).records).toBeNull();
});
