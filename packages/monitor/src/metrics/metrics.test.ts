import { putExecution } from '@stepwell/core';
import { expect, test } from 'vitest';
import { monitorOf } from '../fixtures/monitors.ts';
import { openMemoryStore, withMembers } from '../fixtures/stores.ts';
import { metricOf } from './metric-of.ts';

test('SF-59: the figures come as Prometheus text, in base units, by status', async () => {
  const store = await openMemoryStore();
  await store.write([putExecution({ id: 'a', name: 'n', createdAt: 1, status: 'failed' })]);
  const monitor = monitorOf(store);
  const text = await monitor.metrics();
  expect(monitor.metricsContentType).toContain('text/plain');
  expect(text).toContain('# TYPE stepwell_up gauge\nstepwell_up 1\n');
  expect(text).toContain('stepwell_executions{status="failed"} 1\n');
  expect(text).toContain('stepwell_executions{status="running"} 0\n');
  expect(text).toMatch(/\nstepwell_process_memory_bytes \d{6,}\n/);
  expect(text).toContain('# TYPE stepwell_store_writes_total counter\nstepwell_store_writes_total 1\n');
  expect(text).toContain('# TYPE stepwell_store_queue_bytes gauge\nstepwell_store_queue_bytes 0\n');
  expect(text).toContain('\nstepwell_store_writes_failed_no_space_total 0\n');
  expect(text).toContain('\nstepwell_store_writes_failed_ratio 0\n');
  expect(text).toMatch(/\nstepwell_store_commits_p99_seconds 0\.\d+\n/);
  expect(text).toMatch(/\nstepwell_process_uptime_seconds [\d.]+\n/);
  // Every line is a comment or a sample of ours, and no metric is told twice.
  for (const line of text.trim().split('\n')) {
    if (line !== '') expect(line).toMatch(/^(# (HELP|TYPE) )?stepwell_\w+/);
  }
  const types = text.match(/^# TYPE \S+/gm) ?? [];
  expect(new Set(types).size).toBe(types.length);
});

test('SF-59: a scrape of a store that cannot be read says so, and still tells about the process', async () => {
  const store = await openMemoryStore();
  const monitor = monitorOf(store);
  await store.close();
  const text = await monitor.metrics();
  expect(text).toContain('stepwell_up 0\n');
  expect(text).toContain('stepwell_process_memory_bytes');
  expect(text).not.toContain('stepwell_executions');
});

test('a measure that is gone is gone from the next scrape, and one that is told twice is told once', async () => {
  const store = await openMemoryStore();
  let value: number | undefined = 1;
  const changing = withMembers(store, {
    stats: async () =>
      value === undefined
        ? []
        : [0, value].map((each) => ({
            name: 'queue.ops',
            unit: 'count' as const,
            value: each,
            meaning: 'Waiting.',
          })),
  });
  const monitor = monitorOf(changing);
  expect(await monitor.metrics()).toContain('stepwell_queue_ops 1\n');
  value = undefined;
  expect(await monitor.metrics()).not.toContain('stepwell_queue_ops');
});

test.each([
  ['records.wal.bytes', 'bytes', 'stepwell_records_wal_bytes', 1500],
  ['records.wal', 'bytes', 'stepwell_records_wal_bytes', 1500],
  ['commit.p99', 'milliseconds', 'stepwell_commit_p99_seconds', 1.5],
  ['cache-hit', 'ratio', 'stepwell_cache_hit_ratio', 1500],
  ['queue.ops', 'count', 'stepwell_queue_ops', 1500],
] as const)('SF-59: %s in %s is %s', (name, unit, metric, value) => {
  expect(metricOf({ name, unit, value: 1500, meaning: 'M.' })).toEqual({
    name: metric,
    value,
    help: 'M.',
    kind: 'gauge',
  });
});

test('SF-59: a counter is called one, so that a scrape can tell its rate', () => {
  const measure = { name: 'store.commits', unit: 'count', value: 7, meaning: 'M.', kind: 'counter' } as const;
  expect(metricOf(measure)).toMatchObject({
    name: 'stepwell_store_commits_total',
    value: 7,
    kind: 'counter',
  });
});
