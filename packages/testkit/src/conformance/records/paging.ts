import assert from 'node:assert/strict';
import {
  type RecordOp,
  type RecordQuery,
  type RecordView,
  remove,
  type Store,
  toArray,
} from '@stepwell/core';
import { type RecordGroup, recordGroup } from './group.ts';
import { expectedIds, libraryOps } from './list-model.ts';
import { execution, someTime, step } from './samples.ts';

type RecordStore = Store<RecordView, RecordOp>;

/** Walks all pages, each in a snapshot of its own, as a page of a web application would. */
async function walk(
  store: RecordStore,
  kind: 'execution' | 'step' | 'artifact',
  query: RecordQuery,
  betweenPages: (page: number) => Promise<void> = async () => {},
): Promise<string[]> {
  const ids: string[] = [];
  let after: RecordQuery = {};
  for (let page = 0; ; page += 1) {
    const records = await store.withSnapshot(
      async ({ view }) => await toArray(view.list(kind, { ...query, ...after })),
    );
    assert.ok(page < 500, 'the pages never end');
    const last = records.at(-1);
    if (last === undefined) return ids;
    ids.push(...records.map(({ id }) => id));
    after = { after: last };
    await betweenPages(page);
  }
}

export const paging: RecordGroup = recordGroup('keyset paging', {
  'SF-44: the pages of any size, put together, are the whole list in its order': async (bed) => {
    const store = await bed.open();
    await store.write(libraryOps);
    for (const kind of ['execution', 'step', 'artifact'] as const) {
      for (const order of ['newest', 'oldest'] as const) {
        for (const limit of [1, 4, 7, 100]) {
          const walked = await walk(store, kind, { order, limit });
          assert.deepStrictEqual(walked, expectedIds(kind, { order }), `${kind} ${order} by ${limit}`);
        }
      }
    }
  },

  'SF-44: records that come between pages shift nothing: each old one is seen once': async (bed) => {
    const store = await bed.open();
    const old = Array.from({ length: 25 }, (_, place) => `old-${place}`);
    await store.write(old.map((id, place) => execution(id, { createdAt: someTime + Math.floor(place / 3) })));
    for (const order of ['newest', 'oldest'] as const) {
      let added = 0;
      const walked = await walk(store, 'execution', { order, limit: 4 }, async (page) => {
        if (page > 12) return;
        // Before, between and behind what the walk has seen.
        const times = [someTime - 5, someTime + 3, someTime + 50];
        await store.write(times.map((createdAt) => execution(`new-${order}-${added++}`, { createdAt })));
      });
      const seen = walked.filter((id) => id.startsWith('old-'));
      assert.deepStrictEqual(seen.toSorted(), old.toSorted(), order);
      assert.equal(new Set(walked).size, walked.length, 'no record twice');
    }
  },

  'SF-44: a page may start after a record that has gone': async (bed) => {
    const store = await bed.open();
    await store.write([
      execution('e'),
      ...[0, 1, 2, 3].map((index) => step(`s${index}`, 'e', index)),
      ...['a', 'b', 'c'].map((id, place) => execution(id, { createdAt: someTime + 10 + place })),
    ]);
    await store.write([remove('step', 's1'), remove('execution', 'b')]);
    await store.withSnapshot(async ({ view }) => {
      const steps = await toArray(view.list('step', { executionId: 'e', after: { id: 's1', index: 1 } }));
      assert.deepStrictEqual(
        steps.map(({ id }) => id),
        ['s2', 's3'],
      );
      const after = { id: 'b', createdAt: someTime + 11 };
      const executions = await toArray(view.list('execution', { after }));
      assert.deepStrictEqual(
        executions.map(({ id }) => id),
        ['a', 'e'],
      );
    });
  },

  'SF-44: paging and filters hold together': async (bed) => {
    const store = await bed.open();
    await store.write(libraryOps);
    const query: RecordQuery = { tag: 'green', order: 'oldest' };
    assert.deepStrictEqual(
      await walk(store, 'execution', { ...query, limit: 2 }),
      expectedIds('execution', query),
    );
  },
});
