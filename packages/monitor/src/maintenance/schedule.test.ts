import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Maintenance, StoreError } from '@stepwell/core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createMonitor } from '../create-monitor.ts';
import { monitorOf } from '../fixtures/monitors.ts';
import { done, openMemoryStore, withMembers } from '../fixtures/stores.ts';
import type { Monitor, MonitorOptions } from '../monitor.ts';
import { maintenanceIntervals, type TaskReport } from './task.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const never = { checkpoint: 0, prune: 0, collect: 0, compact: 0, optimize: 0 };
const notOffered = async (): Promise<never> => await Promise.reject(new StoreError('NOT_SUPPORTED', 'no'));

async function monitorWith(
  maintenance: Partial<Maintenance>,
  options: MonitorOptions<unknown>,
): Promise<Monitor> {
  const store = await openMemoryStore();
  const none = {
    checkpoint: notOffered,
    prune: notOffered,
    collect: notOffered,
    compact: notOffered,
    optimize: notOffered,
  };
  return monitorOf(
    withMembers(store, { maintenance: withMembers(store.maintenance, { ...none, ...maintenance }) }),
    options,
  );
}

test('SF-56: every task that the store offers runs at its interval, and each run leaves a report', async () => {
  const seen: TaskReport[] = [];
  const monitor = await monitorWith(
    {
      checkpoint: async () => done,
      optimize: async () => ({ ...done, performed: false, reason: 'nothing changed' }),
    },
    { onReport: (report) => seen.push(report) },
  );
  monitor.start();
  await vi.advanceTimersByTimeAsync(maintenanceIntervals.checkpoint - 1);
  expect(seen).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(seen).toMatchObject([{ task: 'checkpoint', report: done, error: null }]);
  await vi.advanceTimersByTimeAsync(maintenanceIntervals.optimize);
  const runs = (task: string): TaskReport[] => seen.filter((report) => report.task === task);
  expect(runs('checkpoint').length).toBeGreaterThan(1_000);
  expect(runs('optimize')).toMatchObject([{ report: { performed: false, reason: 'nothing changed' } }]);
  // What the store does not offer is asked for once.
  for (const task of ['prune', 'collect', 'compact']) {
    expect(runs(task)).toMatchObject([
      { report: { performed: false, reason: 'the store does not offer it' } },
    ]);
  }
  expect(monitor.reports).toEqual(seen.slice(-100));
  expect(await monitor.metrics()).toContain(
    'stepwell_maintenance_runs_total{task="optimize",outcome="nothing-to-do"} 1\n',
  );
});

test('S9: two tasks never run at once, and one that takes longer than its interval does not pile up', async () => {
  let running = 0;
  let most = 0;
  const slow = async (): Promise<typeof done> => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, 70));
    running -= 1;
    return done;
  };
  const every = 10;
  const monitor = await monitorWith(
    { checkpoint: slow, prune: slow, collect: slow, compact: slow, optimize: slow },
    { maintenance: { checkpoint: every, prune: every, collect: every, compact: every, optimize: every } },
  );
  monitor.start();
  monitor.start();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(most).toBe(1);
  const counts = ['checkpoint', 'prune', 'collect', 'compact', 'optimize'].map(
    (task) => monitor.reports.filter((report) => report.task === task).length,
  );
  expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  expect(Math.min(...counts)).toBeGreaterThan(1);
  const stopped = monitor.stop();
  await vi.advanceTimersByTimeAsync(100);
  await stopped;
  const before = monitor.reports.length;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(monitor.reports).toHaveLength(before);
});

test('S11: a task that fails is reported with its error, shown by health and doctor, and runs again', async () => {
  let fails = true;
  const reports: TaskReport[] = [];
  const checkpoint = async (): Promise<typeof done> => {
    if (fails) throw new Error('the disk is gone');
    return done;
  };
  const options = {
    maintenance: { ...never, checkpoint: 1_000 },
    onReport: (report: TaskReport) => void reports.push(report),
  };
  const monitor = await monitorWith({ checkpoint }, options);
  monitor.start();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(reports).toMatchObject([{ task: 'checkpoint', report: null, error: { code: 'IO' } }]);
  expect(await monitor.health()).toMatchObject({
    status: 'warn',
    checks: { 'maintenance:checkpoint': [{ status: 'warn' }] },
  });
  expect(await monitor.doctor()).toMatchObject([
    { id: 'maintenance.failed', severity: 'warning', evidence: { task: 'checkpoint', code: 'IO' } },
  ]);
  fails = false;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await monitor.health()).toMatchObject({ status: 'pass' });
  expect(await monitor.metrics()).toContain(
    'stepwell_maintenance_runs_total{task="checkpoint",outcome="failed"} 1\n',
  );
});

test('stop ends the task that runs, by its signal, and waits for it', async () => {
  let ended = false;
  const checkpoint: Maintenance['checkpoint'] = async ({ signal } = {}) => {
    await new Promise((resolve) => signal?.addEventListener('abort', resolve));
    ended = true;
    throw new StoreError('ABORTED', 'stopped');
  };
  const monitor = await monitorWith({ checkpoint }, { maintenance: { ...never, checkpoint: 5 } });
  monitor.start();
  await vi.advanceTimersByTimeAsync(5);
  await monitor.stop();
  expect(ended).toBe(true);
  expect(monitor.reports).toMatchObject([{ error: { code: 'ABORTED' } }]);
  // Stopped, not failed.
  expect((await monitor.health()).status).toBe('pass');
});

test('a listener that throws does not stop the schedule', async () => {
  const warning = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  const onReport = (): void => {
    throw new Error('the listener is broken');
  };
  const monitor = await monitorWith(
    { checkpoint: async () => done },
    { maintenance: { ...never, checkpoint: 5 }, onReport },
  );
  monitor.start();
  await vi.advanceTimersByTimeAsync(20);
  expect(monitor.reports.length).toBeGreaterThan(1);
  expect(warning).toHaveBeenCalledWith(expect.objectContaining({ message: 'the listener is broken' }));
  warning.mockRestore();
});

test('SF-45: retention takes the place of what the store prunes by itself, and ends with the schedule', async () => {
  const signals: (AbortSignal | undefined)[] = [];
  const prune: MonitorOptions<unknown>['prune'] = async ({ signal }) => {
    signals.push(signal);
    return done;
  };
  const monitor = await monitorWith({}, { maintenance: { ...never, prune: 10 }, prune });
  monitor.start();
  await vi.advanceTimersByTimeAsync(10);
  expect(monitor.reports).toMatchObject([{ task: 'prune', report: done, error: null }]);
  await monitor.stop();
  expect(signals[0]?.aborted).toBe(true);
});

test.each<[string, unknown]>([
  ['an interval before zero', { maintenance: { checkpoint: -1 } }],
  ['an interval that is no number', { maintenance: { checkpoint: Number.NaN } }],
  ['an interval that no timer can count', { maintenance: { checkpoint: 2 ** 31 } }],
  ['a task that does not exist', { maintenance: { checkpiont: 5 } }],
  ['a timeout that no timer can count', { readTimeout: Number.POSITIVE_INFINITY }],
  ['a limit that is no number', { thresholds: { 'wal.bytes': { warn: Number.NaN } } }],
  ['a threshold with a misspelt limit', { thresholds: { 'wal.bytes': { wran: 5 } } }],
  ['thresholds that are no table', { thresholds: 5 }],
  ['a listener that is no function', { onReport: 'console' }],
  ['a misspelt option', { onreport: () => undefined }],
  ['no options at all', null],
])('SF-25: %s is INVALID_ARGUMENT', async (_, options) => {
  const store = await openMemoryStore();
  expect(() => createMonitor(store, options as never)).toThrowError(
    expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
  );
});

test('a monitor that was started and forgotten keeps no process alive', () => {
  const script = `
    import { openStore } from '@stepwell/core';
    import { createMonitor } from '@stepwell/monitor';
    import { memoryRecords } from '@stepwell/testkit';
    createMonitor(await openStore(memoryRecords())).start();
    console.log('at the end');
  `;
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  const args = ['--input-type=module', '--eval', script];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd,
    encoding: 'utf8',
    timeout: 20_000,
  });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'at the end\n', stderr: '' });
});
