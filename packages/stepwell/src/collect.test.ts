import { makeWorkspace, type Workspace } from '@stepwell/testkit';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createMonitor, open, openReadOnly, pruneRecords, type Stepwell, toArray } from './index.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

let workspace: Workspace;
/** What the clock of the store is ahead. */
let ahead = 0;
const now = (): number => Date.now() + ahead;

beforeEach(async () => {
  workspace = await makeWorkspace('collect');
  ahead = 0;
});
afterEach(async () => {
  await workspace[Symbol.asyncDispose]();
});

async function openHere(): Promise<Stepwell> {
  return await open(workspace.within('store'), { now });
}

/** Records an artifact, and tells the hash of its content. */
async function recorded({ recorder }: Stepwell, text: string): Promise<string> {
  const artifact = await recorder.execution(
    text,
    async (execution) => await execution.artifact('a.txt', { content: Buffer.from(text) }),
  );
  return artifact.hash ?? '';
}

test('SF-37: contents of pruned artifacts are freed, those that a record names stay, also when two named them', async () => {
  await using stepwell = await openHere();
  const { store, artifacts } = stepwell;
  const [old, both] = [await recorded(stepwell, 'old'), await recorded(stepwell, 'both')];
  ahead = 20 * day;
  const young = await recorded(stepwell, 'young');
  await recorded(stepwell, 'both');
  ahead = 40 * day;
  await pruneRecords(store, { days: 30, now });
  expect(await store.maintenance.collect()).toMatchObject({
    performed: false,
    reason: expect.stringMatching(/^logs: .*; artifacts: contents that wait/),
  });
  ahead += 10 * minute + 1;
  expect(await store.maintenance.collect()).toMatchObject({
    performed: true,
    measures: expect.arrayContaining([
      expect.objectContaining({ name: 'artifacts.collected.count', value: 1 }),
    ]),
  });
  expect([await artifacts.has(old), await artifacts.has(both), await artifacts.has(young)]).toEqual([
    false,
    true,
    true,
  ]);
});

test('S9: a snapshot of any process reads the contents it names until its deadline', async () => {
  await using stepwell = await openHere();
  const hash = await recorded(stepwell, 'old');
  await using reader = await openReadOnly(workspace.within('store'));
  await using snapshot = await reader.store.snapshot();
  ahead = 40 * day;
  await pruneRecords(stepwell.store, { days: 30, now });
  await stepwell.store.maintenance.collect();
  ahead += 10 * minute - 1_000;
  await stepwell.store.maintenance.collect();
  const [seen] = await toArray(snapshot.view.records.list('artifact'));
  const chunks = await toArray(reader.artifacts.read(seen?.hash ?? ''));
  expect([seen?.hash, Buffer.concat(chunks).toString()]).toEqual([hash, 'old']);
});

test('S1: a content whose record is not committed yet is no garbage', async () => {
  await using stepwell = await openHere();
  const { hash } = await stepwell.artifacts.put(Buffer.from('on its way'));
  await stepwell.store.maintenance.collect();
  ahead = 59 * minute;
  await stepwell.store.maintenance.collect();
  expect(await stepwell.artifacts.has(hash)).toBe(true);
});

test('SF-37: the schedule of the monitor collects', async () => {
  await using stepwell = await openHere();
  const hash = await recorded(stepwell, 'old');
  ahead = 40 * day;
  await pruneRecords(stepwell.store, { days: 30, now });
  await using monitor = createMonitor(stepwell.store, {
    maintenance: { checkpoint: 0, prune: 0, compact: 0, optimize: 0, collect: 1 },
    onReport: () => {
      ahead += 10 * minute + 1;
    },
  });
  monitor.start();
  await vi.waitUntil(async () => !(await stepwell.artifacts.has(hash)), { timeout: 25_000, interval: 1 });
  // Before the monitor is stopped, which ends a collection that is under way.
  const errors = monitor.reports.map(({ error }) => error);
  await monitor.stop();
  expect(errors.filter((error) => error !== null)).toEqual([]);
});
