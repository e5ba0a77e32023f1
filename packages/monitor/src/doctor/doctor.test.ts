import { putExecution, StoreError, settleInterrupted } from '@stepwell/core';
import { expect, test } from 'vitest';
import { monitorOf } from '../fixtures/monitors.ts';
import { done, openMemoryStore, withMembers } from '../fixtures/stores.ts';

test('a sound store has no findings', async () => {
  expect(await monitorOf(await openMemoryStore()).doctor()).toEqual([]);
});

test('S7: a dead run is found, named, and ended by the very fix that is given', async () => {
  const store = await openMemoryStore();
  await store.write([
    putExecution({ id: 'dead', name: 'n', createdAt: 3, status: 'running', session: 'gone' }),
  ]);
  const monitor = monitorOf(store);
  expect(await monitor.doctor()).toEqual([
    {
      id: 'run.dead',
      severity: 'warning',
      summary: '1 run is stored as running, but the process that recorded them is gone.',
      evidence: { count: 1, ids: ['dead'] },
      fix: expect.stringContaining('await settleInterrupted(store)'),
    },
  ]);
  await settleInterrupted(store);
  expect(await monitor.doctor()).toEqual([]);
});

test('S7: many dead runs are counted, and ten of them named', async () => {
  const store = await openMemoryStore();
  const dead = (index: number) =>
    putExecution({ id: `dead-${index}`, name: 'n', createdAt: index, status: 'running', session: 'gone' });
  await store.write(Array.from({ length: 12 }, (_, index) => dead(index)));
  const [finding] = await monitorOf(store).doctor();
  expect(finding?.evidence).toMatchObject({ count: 12, ids: expect.objectContaining({ length: 10 }) });
});

test('a store that cannot be read is an error, with what to do about its code', async () => {
  const store = await openMemoryStore();
  await store.close();
  const findings = await monitorOf(store).doctor();
  expect(findings.map(({ id }) => id)).toEqual(['store.unreadable', 'store.stats']);
  expect(findings[0]).toMatchObject({
    id: 'store.unreadable',
    severity: 'error',
    evidence: { code: 'NOT_OPEN' },
    fix: expect.stringContaining('Open the store again'),
  });
});

test('S11: every problem that verification finds is a finding; the worst come first', async () => {
  const store = await openMemoryStore();
  await store.write([
    putExecution({ id: 'dead', name: 'n', createdAt: 3, status: 'running', session: 'gone' }),
  ]);
  const problem = {
    id: 'log.frame.checksum',
    where: 'logs/000001.seg',
    offset: 4096,
    message: 'checksum differs',
  };
  const damaged = withMembers(store, {
    maintenance: withMembers(store.maintenance, { verify: async () => ({ ...done, problems: [problem] }) }),
  });
  const findings = await monitorOf(damaged).doctor();
  expect(findings.map(({ id, severity }) => [id, severity])).toEqual([
    ['store.damaged', 'error'],
    ['run.dead', 'warning'],
  ]);
  expect(findings[0]).toMatchObject({
    evidence: { where: 'logs/000001.seg', offset: 4096, problem: 'log.frame.checksum' },
    fix: expect.stringContaining('await repairStore(directory)'),
  });
  expect(await monitorOf(damaged).doctor({ verify: false })).toHaveLength(1);
});

test('a verification that fails is a finding, one that the store does not offer is none, an aborted one is ABORTED', async () => {
  const store = await openMemoryStore();
  const failingWith = (code: 'IO' | 'NOT_SUPPORTED' | 'ABORTED') =>
    monitorOf(
      withMembers(store, {
        maintenance: withMembers(store.maintenance, {
          verify: async () => Promise.reject(new StoreError(code, 'no')),
        }),
      }),
    );
  expect(await failingWith('IO').doctor()).toMatchObject([
    { id: 'store.damaged', evidence: { problem: 'verify.IO' } },
  ]);
  expect(await failingWith('NOT_SUPPORTED').doctor()).toEqual([]);
  await expect(failingWith('ABORTED').doctor()).rejects.toMatchObject({ code: 'ABORTED' });
});

test('SF-54, SD-20: a large write-ahead log and an old snapshot are findings with their limit and their cure', async () => {
  const store = await openMemoryStore();
  const grown = withMembers(store, {
    stats: async () => [
      { name: 'records.wal.bytes', unit: 'bytes', value: 600 * 1024 * 1024, meaning: 'Write-ahead log.' },
      { name: 'store.snapshots.oldest', unit: 'milliseconds', value: 700_000, meaning: 'Age of the oldest.' },
    ],
  });
  expect(await monitorOf(grown).doctor()).toMatchObject([
    {
      id: 'wal.large',
      severity: 'error',
      evidence: { measure: 'records.wal.bytes', value: 629_145_600, limit: 536_870_912 },
      fix: expect.stringContaining('await store.maintenance.checkpoint()'),
    },
    { id: 'snapshot.old', severity: 'warning', evidence: { limit: 600_000 } },
  ]);
});

test('a threshold without words of its own still says what passed it and how to change it', async () => {
  const store = await openMemoryStore();
  const grown = withMembers(store, {
    stats: async () => [{ name: 'queue.bytes', unit: 'bytes', value: 9, meaning: 'Waiting.' }],
  });
  expect(await monitorOf(grown, { thresholds: { 'queue.bytes': { warn: 8 } } }).doctor()).toEqual([
    {
      id: 'queue.bytes',
      severity: 'warning',
      summary: 'queue.bytes is 9 bytes; from 8 on it is too much. Waiting.',
      evidence: { measure: 'queue.bytes', value: 9, unit: 'bytes', limit: 8 },
      fix: 'Bring queue.bytes below 8, or set its threshold higher.',
    },
  ]);
});

test.each([
  ['verfy', { verfy: false }],
  ['verify', { verify: 'no' }],
  ['signal', { signal: 5 }],
])('SF-25: the option %s of %j is refused, by name', async (option, options) => {
  const monitor = monitorOf(await openMemoryStore());
  await expect(monitor.doctor(options as never)).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    details: { option: `options.${option}` },
  });
});
