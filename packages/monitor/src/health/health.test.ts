import { type Measure, openReader, openStore, putExecution, StoreError } from '@stepwell/core';
import { MemoryDisk, memoryRecords } from '@stepwell/testkit';
import { expect, test } from 'vitest';
import { createMonitor } from '../create-monitor.ts';
import { thresholds } from '../examine/thresholds.ts';
import { monitorOf } from '../fixtures/monitors.ts';
import { openMemoryStore, withMembers } from '../fixtures/stores.ts';

const mebibyte = 1024 * 1024;
const bytes = (name: string, value: number): Measure => ({ name, unit: 'bytes', value, meaning: 'Size.' });

test('SF-101: a store that can be read passes, with what was observed, in which unit, and when', async () => {
  const store = await openMemoryStore();
  const document = await monitorOf(store, { now: () => 0 }).health();
  expect(document).toEqual({
    status: 'pass',
    description: `the store ${store.name}`,
    checks: {
      'store:read': [
        {
          status: 'pass',
          componentType: 'datastore',
          observedValue: expect.any(Number),
          observedUnit: 'milliseconds',
          time: '1970-01-01T00:00:00.000Z',
        },
      ],
      'runs:dead': [expect.objectContaining({ status: 'pass', observedValue: 0, observedUnit: 'count' })],
      'store:store.snapshots.oldest': [expect.objectContaining({ status: 'pass', observedValue: 0 })],
      'store:store.writes.failed.ratio': [expect.objectContaining({ status: 'pass', observedUnit: 'ratio' })],
      'store:store.commits.failed.ratio': [expect.objectContaining({ status: 'pass', observedValue: 0 })],
    },
  });
});

test('SF-101: a store that cannot be read fails at the next check', async () => {
  const store = await openMemoryStore();
  const monitor = monitorOf(store);
  expect((await monitor.health()).status).toBe('pass');
  await store.close();
  const document = await monitor.health();
  expect(document.status).toBe('fail');
  expect(document.checks['store:read']?.[0]).toMatchObject({
    status: 'fail',
    output: expect.stringContaining('NOT_OPEN'),
  });
  expect(document.output).toContain('NOT_OPEN');
});

test('SF-101: it reads through the snapshot, so damage that only reading finds fails it', async () => {
  const store = await openMemoryStore();
  const broken = monitorOf(store, {
    probe: async (view) => {
      await view.records.get('execution', 'any');
      throw new StoreError('CORRUPT', 'page 7 is damaged');
    },
  });
  expect((await broken.health()).output).toBe('CORRUPT: page 7 is damaged');
});

test('SF-101: a read that does not answer in time fails, and health still answers', async () => {
  const store = await openMemoryStore();
  const hung = monitorOf(store, { probe: async () => await new Promise(() => undefined), readTimeout: 5 });
  expect(await hung.health()).toMatchObject({ status: 'fail', output: 'BUSY: no answer within 5 ms' });
});

test('a store that cannot tell its measures fails', async () => {
  const store = await openMemoryStore();
  const mute = withMembers(store, { stats: async () => Promise.reject(new StoreError('IO', 'no answer')) });
  expect(await monitorOf(mute).health()).toMatchObject({
    status: 'fail',
    checks: {
      'store:read': [{ status: 'pass' }],
      'store:stats': [{ status: 'fail', output: 'IO: no answer' }],
    },
  });
});

test.each([
  [50 * mebibyte - 1, 'pass'],
  [50 * mebibyte, 'warn'],
  [512 * mebibyte - 1, 'warn'],
  [512 * mebibyte, 'fail'],
] as const)(
  'SF-55: a write-ahead log of %i bytes is %s, whatever the backend is called',
  async (size, status) => {
    const store = await openMemoryStore();
    const grown = withMembers(store, {
      stats: async () => [bytes('records.wal.bytes', size), bytes('other.bytes', size)],
    });
    const document = await monitorOf(grown).health();
    expect(document.status).toBe(status);
    expect(document.checks['store:records.wal.bytes']).toMatchObject([
      { status, observedValue: size, observedUnit: 'bytes', componentType: 'datastore' },
    ]);
    expect(document.checks).not.toHaveProperty('store:other.bytes');
  },
);

test('SF-57: a store whose writes fail warns, and fails when half of them do; the doctor says which share', async () => {
  const store = await openMemoryStore();
  let failed = 0;
  const failing = withMembers(store, {
    stats: async () => [
      { name: 'store.writes', unit: 'count', value: 900, meaning: 'Done.', kind: 'counter' },
      { name: 'store.writes.failed', unit: 'count', value: failed, meaning: 'Failed.', kind: 'counter' },
    ],
  });
  expect((await monitorOf(failing).health()).status).toBe('pass');
  failed = 2;
  expect((await monitorOf(failing).health()).status).toBe('warn');
  expect(await monitorOf(failing).doctor({ verify: false })).toMatchObject([
    {
      id: 'writes.failing',
      severity: 'warning',
      summary: expect.stringContaining('store.writes.failed.ratio is 0.00222 ratio; from 0.001 on'),
      evidence: { limit: 0.001 },
    },
  ]);
  failed = 900;
  expect(await monitorOf(failing).health()).toMatchObject({
    status: 'fail',
    checks: { 'store:store.writes.failed.ratio': [{ status: 'fail', observedValue: 0.5 }] },
  });
});

test('SF-57: a batch that asks for what cannot be is no failure of the store', async () => {
  const store = await openMemoryStore();
  const monitor = monitorOf(store);
  await store.write([putExecution({ id: 'a', name: 'n', createdAt: 1 })]);
  await expect(store.write([putExecution({ id: 'a', name: 'n', createdAt: NaN })])).rejects.toThrow();
  expect(await monitor.health()).toMatchObject({
    status: 'pass',
    checks: { 'store:store.writes.failed.ratio': [{ observedValue: 0 }] },
  });
  await store.close();
  expect((await monitor.health()).checks).not.toHaveProperty('store:store.writes.failed.ratio');
});

test('SF-57: commits that take long warn, and fail when they stall', async () => {
  const store = await openMemoryStore();
  const table = {
    'commits.p50': thresholds['commits.p50'] ?? {},
    'commits.p99': thresholds['commits.p99'] ?? {},
  };
  const statusOf = async (p50: number, p99: number) => {
    const figure = (name: string, value: number): Measure =>
      ({ name: `store.commits.${name}`, unit: 'milliseconds', value, meaning: 'How long.' }) as const;
    const slow = withMembers(store, { stats: async () => [figure('p50', p50), figure('p99', p99)] });
    return (await monitorOf(slow, { thresholds: table }).health()).status;
  };
  expect([await statusOf(9, 99), await statusOf(10, 20), await statusOf(1, 100)]).toEqual([
    'pass',
    'warn',
    'warn',
  ]);
  expect(await statusOf(11, 1_000)).toBe('fail');
});

test('SF-57: thresholds can be set, added and switched off, and the longest name decides', async () => {
  const store = await openMemoryStore();
  const grown = withMembers(store, {
    stats: async () => [
      bytes('records.wal.bytes', 10),
      bytes('logs.wal.bytes', 10),
      bytes('queue.bytes', 10),
    ],
  });
  const document = await monitorOf(grown, {
    thresholds: { 'wal.bytes': { warn: 5 }, 'logs.wal.bytes': {}, 'queue.bytes': { fail: 10 } },
  }).health();
  expect(document).toMatchObject({
    status: 'fail',
    checks: { 'store:records.wal.bytes': [{ status: 'warn' }], 'store:queue.bytes': [{ status: 'fail' }] },
  });
  expect(document.checks).not.toHaveProperty('store:logs.wal.bytes');
});

test('S7: a run whose process is gone is a warning; a live one and one that waits are not', async () => {
  const store = await openMemoryStore();
  const { id: live } = await store.session();
  await store.write([
    putExecution({ id: 'live', name: 'n', createdAt: 1, status: 'running', session: live }),
    putExecution({ id: 'waiting', name: 'n', createdAt: 2 }),
  ]);
  const monitor = monitorOf(store);
  expect((await monitor.health()).status).toBe('pass');
  await store.write([
    putExecution({ id: 'dead', name: 'n', createdAt: 3, status: 'running', session: 'gone' }),
  ]);
  expect(await monitor.health()).toMatchObject({
    status: 'warn',
    checks: { 'runs:dead': [{ status: 'warn', observedValue: 1, output: expect.stringContaining('dead') }] },
  });
});

test('S6: a reader can be monitored, and cannot be maintained', async () => {
  const disk = new MemoryDisk();
  await using _writer = await openStore(memoryRecords({ disk }));
  await using reader = await openReader(memoryRecords({ disk }));
  const monitor = monitorOf(reader);
  expect((await monitor.health()).status).toBe('pass');
  expect(() => monitor.start()).toThrow(expect.objectContaining({ code: 'NOT_SUPPORTED' }));
});

test('SF-57: the process is watched by default', async () => {
  const store = await openMemoryStore();
  const monitor = createMonitor(store);
  const { checks } = await monitor.health();
  await monitor[Symbol.asyncDispose]();
  expect(checks).toHaveProperty('process:eventloop.p99');
  expect(checks).toHaveProperty('process:memory.bytes');
});
