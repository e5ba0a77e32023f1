import assert from 'node:assert/strict';
import { type RecordKind, type RecordQuery, recordKinds, toArray } from '@stepwell/core';
import fc from 'fast-check';
import { checkProperty } from '../support/check-property.ts';
import { rejectsWith } from '../support/rejects-with.ts';
import { type RecordGroup, recordGroup } from './group.ts';
import { anyFilter, anyQuery, expectedIds, libraryOps } from './list-model.ts';
import { execution, someTime } from './samples.ts';

/** Queries that would be understood by accident, or that ask a kind for what it has not. */
const refused: readonly (readonly [RecordKind, Record<string, unknown>])[] = [
  ['execution', { limit: 0 }],
  ['execution', { limit: -1 }],
  ['execution', { limit: 1.5 }],
  ['execution', { limit: Number.NaN }],
  ['execution', { limit: '10' }],
  ['execution', { limit: Number.POSITIVE_INFINITY }],
  ['execution', { order: 'DESC' }],
  ['execution', { order: 'name; --' }],
  ['execution', { Status: ['running'] }],
  ['execution', { status: 'running' }],
  ['execution', { executionId: 'e' }],
  ['execution', { name: 1 }],
  ['execution', { name: { $ne: null } }],
  ['execution', { ids: 'e1' }],
  ['execution', { createdFrom: 'yesterday' }],
  ['execution', { offset: 10 }],
  ['execution', { after: { id: 'e' } }],
  ['execution', { after: 'e' }],
  ['step', { user: 'ann' }],
  ['step', { tag: 'red' }],
  ['step', { createdFrom: 0 }],
  ['step', { after: { id: 's', createdAt: 0 } }],
  ['artifact', { status: ['running'] }],
  ['artifact', { session: 'x' }],
];

export const lists: RecordGroup = recordGroup('lists and counts', {
  'SF-44: any query lists what plain filtering and sorting would (property)': async (bed) => {
    const store = await bed.open();
    await store.write(libraryOps);
    await store.withSnapshot(async ({ view }) => {
      for (const kind of recordKinds) {
        await checkProperty(
          fc.asyncProperty(anyQuery(kind), async (query) => {
            const listed = (await toArray(view.list(kind, query))).map(({ id }) => id);
            assert.deepStrictEqual(listed, expectedIds(kind, query));
          }),
          150,
        );
      }
    });
  },

  'SF-44: a count is the length of the list (property)': async (bed) => {
    const store = await bed.open();
    await store.write(libraryOps);
    await store.withSnapshot(async ({ view }) => {
      for (const kind of recordKinds) {
        assert.equal(await view.count(kind), expectedIds(kind, {}).length);
        await checkProperty(
          fc.asyncProperty(anyFilter(kind), async (filter) => {
            assert.equal(await view.count(kind, filter), expectedIds(kind, filter).length);
          }),
          40,
        );
      }
    });
  },

  'SF-44: executions come newest first, steps by index, artifacts oldest first; ids decide ties by their bytes':
    async (bed) => {
      const store = await bed.open();
      await store.write(libraryOps);
      const tied = ['\u{1f600}', '\uffee', 'a', 'B', 'ä', '10', '9'];
      await store.write(tied.map((id) => execution(id, { name: 'tied', createdAt: someTime })));
      await store.withSnapshot(async ({ view }) => {
        for (const kind of ['step', 'artifact'] as const) {
          assert.deepStrictEqual(
            (await toArray(view.list(kind))).map(({ id }) => id),
            expectedIds(kind, {}),
          );
        }
        const listed = (await toArray(view.list('execution', { name: 'tied', order: 'oldest' }))).map(
          ({ id }) => id,
        );
        assert.deepStrictEqual(
          listed,
          tied.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
        );
      });
    },

  'SF-44: queries that mean nothing are INVALID_ARGUMENT, in lists and in counts': async (bed) => {
    const store = await bed.open();
    await store.write(libraryOps);
    await store.withSnapshot(async ({ view }) => {
      for (const [kind, query] of refused) {
        const what = `${kind} ${JSON.stringify(query)}`;
        await rejectsWith(
          'INVALID_ARGUMENT',
          async () => await toArray(view.list(kind, query as RecordQuery)),
          what,
        );
      }
      await rejectsWith('INVALID_ARGUMENT', async () => await view.count('execution', { limit: 1 } as never));
      await rejectsWith('INVALID_ARGUMENT', async () => await view.count('step', { tag: 'red' }));
      await rejectsWith('INVALID_ARGUMENT', async () => await toArray(view.list('lease' as never)));
      await rejectsWith('INVALID_ARGUMENT', async () => await view.count('lease' as never));
    });
  },

  'SF-44: text that looks like SQL is text': async (bed) => {
    const store = await bed.open();
    const hostile = ["'; DELETE FROM executions; --", "x' OR '1'='1", '%', '_', '"', '\\', '?', 'a%b'];
    await store.write(
      [...hostile, 'plain', 'axb'].map((name) => execution(name, { name, user: name, tags: [name] })),
    );
    await store.withSnapshot(async ({ view }) => {
      for (const text of hostile) {
        for (const query of [{ name: text }, { user: text }, { tag: text }, { ids: [text] }]) {
          const listed = (await toArray(view.list('execution', query))).map(({ id }) => id);
          assert.deepStrictEqual(listed, [text], JSON.stringify(query));
        }
      }
      assert.equal(await view.count('execution'), hostile.length + 2);
    });
  },

  'SF-44: an empty list of ids or statuses fits nothing, and undefined narrows nothing': async (bed) => {
    const store = await bed.open();
    await store.write(libraryOps);
    await store.withSnapshot(async ({ view }) => {
      assert.equal(await view.count('execution', { ids: [] }), 0);
      assert.equal(await view.count('execution', { status: [] }), 0);
      assert.deepStrictEqual(await toArray(view.list('step', { status: [] })), []);
      assert.equal(
        await view.count('execution', { name: undefined } as never),
        expectedIds('execution', {}).length,
      );
    });
  },

  'S10: a filter of 40,000 ids is a filter': async (bed) => {
    const store = await bed.open();
    await store.write(libraryOps);
    const ids = Array.from({ length: 40_000 }, (_, place) => `e${place}`);
    await store.withSnapshot(async ({ view }) => {
      assert.equal(await view.count('execution', { ids }), 30);
      assert.equal((await toArray(view.list('execution', { ids: [...ids, ...ids.slice(0, 5)] }))).length, 30);
    });
  },
});
