import { expect, test } from 'vitest';
import type { Maintenance, MaintenanceReport } from '../contract/maintenance.ts';
import { codeOf } from '../fixtures/code-of.ts';
import { ScriptedDriver } from '../fixtures/scripted-driver.ts';
import { openStore } from './open-store.ts';

const done: MaintenanceReport = { performed: true, measures: [], problems: [] };
const tasks = ['checkpoint', 'compact', 'collect', 'verify', 'repair', 'optimize', 'prune'] as const;

/** A store whose driver notes what each maintenance call got. */
async function openMaintained() {
  const calls: unknown[][] = [];
  const note = async (...given: unknown[]): Promise<MaintenanceReport> => {
    calls.push(given);
    return done;
  };
  const maintenance: Partial<Maintenance> = Object.fromEntries(
    [...tasks, 'backup'].map((task) => [task, note]),
  );
  const store = await openStore(Object.assign(new ScriptedDriver(), { maintenance }));
  return { store, calls };
}

type Loose = Record<string, (...given: unknown[]) => Promise<unknown>>;

const refused: readonly (readonly [string, readonly unknown[], string])[] = [
  ['compact', [{ ful: true }], 'options.ful'],
  ['compact', [{ full: 'yes' }], 'options.full'],
  ['compact', [{ dryRun: 1 }], 'options.dryRun'],
  ['collect', [{ full: true }], 'options.full'],
  ['collect', [{ dryRun: null }], 'options.dryRun'],
  ['verify', [{ dryRun: true }], 'options.dryRun'],
  ['checkpoint', [{ signal: 5 }], 'options.signal'],
  ['repair', ['all'], 'options'],
  ['optimize', [null], 'options'],
  ['prune', [[]], 'options'],
  ['backup', ['copy', { dryRun: true }], 'options.dryRun'],
  ['backup', ['a\0b'], 'destination'],
  ['backup', [], 'destination'],
];

test.each(refused)(
  'S11: maintenance.%s(%o…) is refused by the name of what is wrong',
  async (task, given, option) => {
    const { store, calls } = await openMaintained();
    await expect((store.maintenance as unknown as Loose)[task]?.(...given)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: { option },
    });
    expect(calls).toEqual([]);
    await store.close();
  },
);

test('S9: a driver gets the options that were given, and only those', async () => {
  const { store, calls } = await openMaintained();
  const { signal } = new AbortController();
  expect(await store.maintenance.compact({ full: true, dryRun: false, signal })).toBe(done);
  await store.maintenance.collect({ dryRun: true });
  await store.maintenance.verify();
  await store.maintenance.backup('copy', { signal });
  expect(calls).toEqual([
    [{ full: true, dryRun: false, signal }],
    [{ dryRun: true }],
    [{}],
    ['copy', { signal }],
  ]);
  await store.close();
});

test('S9: a call whose signal has fired is ABORTED, and does nothing', async () => {
  const { store, calls } = await openMaintained();
  const reason = new Error('changed my mind');
  for (const task of tasks) {
    await expect(store.maintenance[task]({ signal: AbortSignal.abort(reason) })).rejects.toMatchObject({
      code: 'ABORTED',
      cause: reason,
    });
  }
  expect(await codeOf(store.maintenance.backup('copy', { signal: AbortSignal.abort() }))).toBe('ABORTED');
  expect(calls).toEqual([]);
  await store.close();
});

test('S11: what a driver does not offer is NOT_SUPPORTED, whatever is asked', async () => {
  const store = await openStore(new ScriptedDriver());
  for (const task of tasks) expect(await codeOf(store.maintenance[task]()), task).toBe('NOT_SUPPORTED');
  expect(await codeOf(store.maintenance.backup('copy'))).toBe('NOT_SUPPORTED');
  await store.close();
});
