import { setImmediate } from 'node:timers/promises';
import {
  appendLines,
  createRecorder,
  type MaintenanceReport,
  openStore,
  putArtifact,
  putExecution,
  putFact,
  putStep,
  type RecordingStore,
  type RecordKind,
  toArray,
} from '@stepwell/core';
import { memoryLogs } from '@stepwell/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { openMemoryStore, withMembers } from '../fixtures/stores.ts';
import { pruneRecords } from './prune-records.ts';

const day = 86_400_000;
/** Day 100. */
const now = (): number => 100 * day;

/** An execution that ended on a day. */
function ended(id: string, onDay: number, rest: object = {}): ReturnType<typeof putExecution> {
  const completedAt = onDay * day;
  return putExecution({
    id,
    name: id,
    createdAt: completedAt - 1,
    status: 'completed',
    completedAt,
    ...rest,
  });
}

function artifact(id: string, executionId: string, onDay: number, retentionDays: number | null) {
  return putArtifact({ id, executionId, name: id, filePath: id, createdAt: onDay * day, retentionDays });
}

async function idsOf(store: RecordingStore, kind: RecordKind): Promise<string[]> {
  return await store.withSnapshot(async ({ view }) =>
    (await toArray(view.records.list(kind, { order: 'oldest' }))).map(({ id }) => id).sort(),
  );
}

function counts({ measures }: MaintenanceReport): Record<string, number> {
  return Object.fromEntries(measures.map(({ name, value }) => [name, value]));
}

test('SF-45: executions go when their days are over, with their steps and artifacts; what runs stays', async () => {
  const store = await openMemoryStore();
  await store.write([
    ended('old', 60),
    putStep({ id: 'step', executionId: 'old', name: 's', index: 0, createdAt: 0 }),
    artifact('with it', 'old', 60, null),
    ended('at the boundary', 70),
    ended('young', 90),
    ended('short', 97, { retentionDays: 2 }),
    ended('long', 10, { retentionDays: 365 }),
    ended('kept', 10, { retentionDays: 0 }),
    ended('failed', 10, { status: 'failed' }),
    ended('interrupted', 10, { status: 'interrupted' }),
    ended('running', 10, { status: 'running', retentionDays: 1 }),
    ended('pending', 10, { status: 'pending', retentionDays: 1 }),
    putFact({ subject: 'old', predicate: 'made', object: 'x' }),
  ]);
  const report = await pruneRecords(store, { days: 30, now });
  expect(counts(report)).toEqual({ 'pruned.executions': 4, 'pruned.artifacts': 0 });
  expect(await idsOf(store, 'execution')).toEqual([
    'at the boundary',
    'kept',
    'long',
    'pending',
    'running',
    'young',
  ]);
  expect([await idsOf(store, 'step'), await idsOf(store, 'artifact')]).toEqual([[], []]);
  // A moment later the boundary is crossed.
  await pruneRecords(store, { days: 30, now: () => now() + 1 });
  expect(await idsOf(store, 'execution')).not.toContain('at the boundary');
});

test('SF-68: an artifact goes by its own days, and keeps its execution as long as it is to be kept', async () => {
  const store = await openMemoryStore();
  await store.write([
    ended('young', 99),
    artifact('short', 'young', 90, 5),
    artifact('follows', 'young', 1, null),
    ended('held', 10),
    artifact('longer', 'held', 10, 365),
    artifact('for ever', 'held', 10, 0),
    artifact('over', 'held', 10, 1),
  ]);
  const report = await pruneRecords(store, { days: 30, now });
  expect(counts(report)).toEqual({ 'pruned.executions': 0, 'pruned.artifacts': 2 });
  expect(await idsOf(store, 'artifact')).toEqual(['follows', 'for ever', 'longer']);
  expect(await idsOf(store, 'execution')).toEqual(['held', 'young']);
});

test('SF-45: 30 days are kept when nothing is said', async () => {
  const store = await openMemoryStore();
  await store.write([ended('old', 69), ended('young', 71)]);
  await pruneRecords(store, { now });
  expect(await idsOf(store, 'execution')).toEqual(['young']);
});

test('SF-45: 0 days keep what has none of its own', async () => {
  const store = await openMemoryStore();
  await store.write([ended('old', 1), ended('short', 1, { retentionDays: 1 })]);
  await pruneRecords(store, { days: 0, now });
  expect(await idsOf(store, 'execution')).toEqual(['old']);
});

test('SF-45: many go in bounded commits, and what an end left undone is done by the next call', async () => {
  const store = await openMemoryStore();
  await store.write(Array.from({ length: 1_000 }, (_, place) => ended(`e${place}`, 1 + (place % 7))));
  const sizes: number[] = [];
  const enough = new AbortController();
  const watched = withMembers(store, {
    write: async (ops, options) => {
      sizes.push(ops.length);
      if (sizes.length === 2) enough.abort();
      return await store.write(ops, options);
    },
  });
  const cutOff = pruneRecords(watched, { days: 30, now, signal: enough.signal });
  await expect(cutOff).rejects.toMatchObject({ code: 'ABORTED' });
  expect((await idsOf(store, 'execution')).length).toBe(600);
  expect(counts(await pruneRecords(watched, { days: 30, now }))['pruned.executions']).toBe(600);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(200);
  expect(await idsOf(store, 'execution')).toEqual([]);
});

test('S7: nothing can be resumed between the look that finds it expired and its removal', async () => {
  const store = await openMemoryStore();
  const recorder = createRecorder(store);
  await store.write([ended('cut off', 1, { status: 'interrupted' })]);
  let resumed: Promise<unknown> | undefined;
  const pausing = withMembers(store, {
    write: async (ops, options) => {
      resumed = recorder.resume('cut off').then(() => 'resumed');
      // It would be through by then, had it not to wait: what it does takes two snapshots and a write.
      for (let turn = 0; turn < 50; turn += 1) await setImmediate();
      return await store.write(ops, options);
    },
  });
  const report = await pruneRecords(pausing, { days: 30, now });
  expect(counts(report)['pruned.executions']).toBe(1);
  await expect(resumed).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('S7: what was resumed in time runs, and stays', async () => {
  const store = await openMemoryStore();
  await store.write([ended('cut off', 1, { status: 'interrupted' })]);
  await createRecorder(store).resume('cut off');
  expect(counts(await pruneRecords(store, { days: 30, now }))['pruned.executions']).toBe(0);
});

test.each([
  ['days that are none', { days: -1 }],
  ['half a day', { days: 0.5 }],
  ['a misspelt option', { day: 1 }],
  ['null', null],
])('SF-25: %s is INVALID_ARGUMENT', async (_, options) => {
  const store = await openMemoryStore();
  await store.write([ended('old', 1)]);
  await expect(pruneRecords(store, options as never)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  expect(await idsOf(store, 'execution')).toEqual(['old']);
});

test('SF-45: a store that holds no records is NOT_SUPPORTED, and what is no store INVALID_ARGUMENT', async () => {
  const lines = await openStore(memoryLogs());
  onTestFinished(async () => await lines.close());
  await expect(pruneRecords(lines as never)).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
  for (const none of [undefined, {}])
    await expect(pruneRecords(none as never)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
});

test('SF-45: the lines of an execution and of its steps go with it, in the same commit; other lines stay', async () => {
  const store = await openMemoryStore();
  const step = (id: string, executionId: string) =>
    putStep({ id, executionId, name: id, index: 0, createdAt: 0 });
  await store.write([
    ended('old', 60),
    step('old step', 'old'),
    ended('young', 99),
    step('young step', 'young'),
  ]);
  const streams = ['old', 'old step', 'young', 'young step', 'of no execution'];
  await store.write(streams.map((stream) => appendLines(stream, ['a line'])));
  const before = await store.snapshot();
  await pruneRecords(store, { now });
  const kept = await store.withSnapshot(async ({ view, epoch }) => {
    expect(epoch).toBe(before.epoch + 1);
    return await toArray(view.logs.streams());
  });
  expect(kept).toEqual(['of no execution', 'young', 'young step']);
  expect(await toArray(before.view.logs.streams())).toHaveLength(streams.length);
  await before.close();
});
