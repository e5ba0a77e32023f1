import assert from 'node:assert/strict';
import { setCrashHook } from '@stepwell/core';
import { rejectsWith } from '../support/rejects-with.ts';
import { type RecordGroup, recordGroup } from './group.ts';
import { execution } from './samples.ts';

export const lifecycle: RecordGroup = recordGroup('from open to close', {
  'SF-15: after close every call is NOT_OPEN': async (bed) => {
    const store = await bed.open();
    await store.write([execution('e')]);
    await store.close();
    await rejectsWith('NOT_OPEN', async () => await store.write([execution('f')]), 'write');
    await rejectsWith(
      'NOT_OPEN',
      async () => await store.write([execution('f')], { durability: 'none' }),
      'buffered',
    );
    await rejectsWith('NOT_OPEN', async () => await store.snapshot(), 'snapshot');
    await rejectsWith('NOT_OPEN', async () => await store.withSnapshot(() => 1), 'withSnapshot');
    await rejectsWith('NOT_OPEN', async () => await store.flush(), 'flush');
    await rejectsWith('NOT_OPEN', async () => await store.sync(), 'sync');
    await rejectsWith('NOT_OPEN', async () => await store.stats(), 'stats');
  },

  'SF-16: closing twice, and at once, closes once': async (bed) => {
    const store = await bed.open();
    await Promise.all([store.close(), store.close()]);
    await store.close();
    await store[Symbol.asyncDispose]();
  },

  'SF-16: withSnapshot closes its snapshot also when its body throws': async (bed) => {
    const store = await bed.open();
    let leave: (() => Promise<unknown>) | undefined;
    const error = new Error('on purpose');
    await assert.rejects(
      async () =>
        await store.withSnapshot(({ view }) => {
          leave = async () => await view.count('execution');
          throw error;
        }),
      error,
    );
    await rejectsWith('SNAPSHOT_CLOSED', async () => await leave?.());
  },

  'SF-16: an aborted write stores nothing': async (bed) => {
    const store = await bed.open();
    await rejectsWith(
      'ABORTED',
      async () => await store.write([execution('e')], { signal: AbortSignal.abort() }),
    );
    assert.equal(await store.withSnapshot(async ({ view }) => await view.count('execution')), 0);
  },

  'SF-16: a write that is aborted while it waits is taken back, or committed: its answer is true': async (
    bed,
  ) => {
    const store = await bed.open();
    const aborter = new AbortController();
    const waiting = Array.from({ length: 30 }, (_, place) =>
      store.write([execution(`e${place}`)], { signal: aborter.signal }),
    );
    aborter.abort();
    const settled = await Promise.allSettled(waiting);
    await store.withSnapshot(async ({ view }) => {
      for (const [place, { status }] of settled.entries()) {
        assert.equal(
          (await view.get('execution', `e${place}`)) !== undefined,
          status === 'fulfilled',
          `e${place}`,
        );
      }
    });
  },

  'S11: after a group that failed as a whole the store still works': async (bed) => {
    const store = await bed.open();
    let fire = true;
    setCrashHook((point) => {
      if (point !== 'core:prepared' || !fire) return;
      fire = false;
      throw new Error('on purpose');
    });
    try {
      await rejectsWith('IO', async () => await store.write([execution('lost')]));
    } finally {
      setCrashHook(undefined);
    }
    await store.write([execution('kept')]);
    await store.withSnapshot(async ({ view, epoch }) => {
      assert.equal(await view.get('execution', 'lost'), undefined, 'what failed is not there');
      assert.notEqual(await view.get('execution', 'kept'), undefined);
      assert.equal(epoch, 1);
    });
  },

  'SF-16: measures have names, units and finite values': async (bed) => {
    const store = await bed.open();
    await store.write([execution('e')]);
    const measures = await store.stats();
    assert.equal(new Set(measures.map(({ name }) => name)).size, measures.length, 'each name once');
    for (const { name, unit, value, meaning } of measures) {
      assert.match(name, /^[a-z][a-z0-9-]*(\.[a-z0-9-]+)+$/);
      assert.ok(['bytes', 'count', 'milliseconds', 'ratio'].includes(unit), `${name}: ${unit}`);
      assert.ok(Number.isFinite(value), `${name}: ${value}`);
      assert.notEqual(meaning, '');
    }
  },
});
