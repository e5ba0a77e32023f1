import {
  appendLines,
  type Measure,
  openStore,
  putExecution,
  type RecordingStore,
  type StoreOptions,
  toArray,
} from '@stepwell/core';
import { makeWorkspace } from '@stepwell/testkit';
import { expect, test } from 'vitest';
import { codeOf } from '../fixtures/code-of.ts';
import { fileDriver } from '../fixtures/worlds.ts';

const rows = 1_000;

/** A store with some rows and lines, and what it warned of. */
async function openFilled(options: StoreOptions = {}) {
  const workspace = await makeWorkspace('ends');
  const warned: string[] = [];
  let toldOfExpiry = (): void => {};
  const expired = new Promise<void>((resolve) => {
    toldOfExpiry = resolve;
  });
  const store = await openStore(fileDriver(workspace.path), {
    ...options,
    onWarning: ({ id, details }) => {
      warned.push(`${id} ${details?.openedBy}`);
      if (id === 'snapshot.expired') toldOfExpiry();
    },
  });
  await store.write([
    ...Array.from({ length: rows }, (_, n) => putExecution({ id: `run-${n}`, name: 'run', createdAt: n })),
    appendLines(
      'log',
      Array.from({ length: rows }, (_, n) => `line ${n}`),
    ),
  ]);
  return {
    store,
    warned,
    expired,
    path: workspace.path,
    [Symbol.asyncDispose]: async () => {
      await store.close();
      await workspace[Symbol.asyncDispose]();
    },
  };
}

/** How many connections hold a state, and how many pages a reader keeps in the write-ahead log. */
async function heldBy(
  store: RecordingStore,
): Promise<{ epochs: number | undefined; left: number | undefined }> {
  const find = (measures: readonly Measure[], name: string) =>
    measures.find((one) => one.name === name)?.value;
  // A new commit, so that whoever still stands before it is in the way.
  await store.write([putExecution({ id: 'later', name: 'later', createdAt: 0 })]);
  const left = find((await store.maintenance.checkpoint()).measures, 'records.checkpoint.left');
  // The figures are read in a state that is held for them.
  return { epochs: (find(await store.stats(), 'records.snapshots.epochs') ?? 0) - 1, left };
}

/** Streams of every kind, each begun. */
async function beginStreams({ view }: Awaited<ReturnType<RecordingStore['snapshot']>>) {
  const streams = [
    view.records.list('execution'),
    view.records.facts().stream(),
    view.logs.lines('log'),
    view.logs.search('line'),
  ].map((items) => items[Symbol.asyncIterator]() as AsyncIterator<unknown>);
  for (const stream of streams) await stream.next();
  return streams;
}

test('S4: a deadline ends streams that are under way, on both sides, and what they held is given back', async () => {
  await using place = await openFilled({ snapshotDeadline: 100 });
  const { store } = place;
  const snapshot = await store.snapshot();
  const streams = await beginStreams(snapshot);
  const slow = (async () => {
    for await (const _ of snapshot.view.records.list('execution')) await place.expired;
  })();
  await place.expired;
  for (const stream of streams) {
    expect(await codeOf(stream.next())).toBe('SNAPSHOT_EXPIRED');
    expect(await codeOf(stream.next())).toBe('SNAPSHOT_EXPIRED');
  }
  expect(await codeOf(slow)).toBe('SNAPSHOT_EXPIRED');
  expect(await codeOf(() => snapshot.view)).toBe('SNAPSHOT_EXPIRED');
  expect(await heldBy(store)).toEqual({ epochs: 0, left: 0 });
  await snapshot.close();
  await snapshot.close();
  expect(await store.withSnapshot(({ view }) => view.records.count('execution'))).toBe(rows + 1);
  expect(place.warned).toEqual([expect.stringMatching(/^snapshot\.expired at .*ends\.test\.ts/)]);
});

test('S4: snapshots nest, in the middle of streams too, and each ends by itself', async () => {
  await using place = await openFilled();
  const { store } = place;
  const seen = await store.withSnapshot(async (outer) => {
    let count = 0;
    for await (const { id } of outer.view.records.list('execution', { limit: 50 })) {
      await store.write([appendLines('log', [id])]);
      await store.withSnapshot(async (inner) => {
        expect(inner.epoch).toBe(outer.epoch + count + 1);
        expect(await inner.view.logs.info('log')).toMatchObject({ lines: rows + count + 1 });
        await store.withSnapshot(async (innermost) => expect(innermost.epoch).toBe(inner.epoch));
      });
      count += 1;
    }
    expect(await outer.view.logs.info('log')).toMatchObject({ lines: rows });
    return count;
  });
  expect(seen).toBe(50);
  expect(await heldBy(store)).toEqual({ epochs: 0, left: 0 });
});

test('S4: await using closes, also when the block throws', async () => {
  await using place = await openFilled();
  const { store } = place;
  let view: Awaited<ReturnType<RecordingStore['snapshot']>>['view'] | undefined;
  const failing = (async () => {
    await using snapshot = await store.snapshot();
    view = snapshot.view;
    throw new Error('the block failed');
  })();
  await expect(failing).rejects.toThrow('the block failed');
  expect(await codeOf(async () => await view?.records.count('execution'))).toBe('SNAPSHOT_CLOSED');
  expect(await heldBy(store)).toEqual({ epochs: 0, left: 0 });
});

test('S4: a snapshot is closed under open streams, twice and at once, and holds nothing back', async () => {
  await using place = await openFilled();
  const { store } = place;
  const snapshot = await store.snapshot();
  const streams = await beginStreams(snapshot);
  await Promise.all([snapshot.close(), snapshot.close(), snapshot[Symbol.asyncDispose]()]);
  for (const stream of streams) expect(await codeOf(stream.next())).toBe('SNAPSHOT_CLOSED');
  expect(await heldBy(store)).toEqual({ epochs: 0, left: 0 });
});

test('S4: a store that closes takes its snapshots and their streams with it, and says which', async () => {
  await using place = await openFilled();
  const { store } = place;
  const snapshot = await store.snapshot();
  const streams = await beginStreams(snapshot);
  const { view } = snapshot;
  await store.close();
  for (const stream of streams) expect(await codeOf(stream.next())).toBe('SNAPSHOT_CLOSED');
  expect(await codeOf(async () => await view.records.count('execution'))).toBe('SNAPSHOT_CLOSED');
  expect(await codeOf(async () => await view.logs.info('log'))).toBe('SNAPSHOT_CLOSED');
  await snapshot.close();
  expect(place.warned).toEqual([expect.stringMatching(/^snapshot\.left-open at .*ends\.test\.ts/)]);
  // Nothing of it is in the way of the next one.
  await using again = await openStore(fileDriver(place.path));
  expect(await heldBy(again)).toEqual({ epochs: 0, left: 0 });
});

test('S4, S6: five hundred snapshots are open at once, each at its own epoch; few connections stay', async () => {
  await using place = await openFilled();
  const { store } = place;
  const many = 500;
  const open: Awaited<ReturnType<RecordingStore['snapshot']>>[] = [];
  for (let n = 1; n <= many; n += 1) {
    await store.write([
      putExecution({ id: `more-${n}`, name: 'more', createdAt: rows + n }),
      appendLines('log', [`${n}`]),
    ]);
    open.push(await store.snapshot());
  }
  for (const [index, { view }] of open.entries()) {
    const [newest] = await toArray(view.records.list('execution', { limit: 1 }));
    expect(newest?.id).toBe(`more-${index + 1}`);
    const [last] = await toArray(view.logs.lines('log', { last: 1 }));
    expect(last).toMatchObject({ number: rows + index + 1, text: `${index + 1}` });
  }
  await Promise.all(open.map((snapshot) => snapshot.close()));
  expect(await heldBy(store)).toEqual({ epochs: 0, left: 0 });
  const connections = (await store.stats()).find(
    ({ name }) => name === 'records.snapshots.connections',
  )?.value;
  expect(connections).toBeLessThanOrEqual(4);
});
