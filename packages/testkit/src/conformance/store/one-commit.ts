import assert from 'node:assert/strict';
import { appendLines, type CommitMeta, pruneLines, putFact, setCrashHook, toArray } from '@stepwell/core';
import { execution, step } from '../records/samples.ts';
import { outcomeOf, rejectsWith } from '../support/rejects-with.ts';
import { takeChanges } from '../support/take-changes.ts';
import { dumpStore } from './dump-store.ts';
import { type StoreGroup, storeGroup } from './group.ts';

type Epoch = CommitMeta['epoch'];

export const oneCommit: StoreGroup = storeGroup('one batch, one commit, on both sides', {
  'S1: a batch of records and lines is one epoch': async (bed) => {
    const store = await bed.open();
    const { epoch } = await store.write([
      execution('e'),
      appendLines('s', ['one', 'two']),
      step('s', 'e', 0),
    ]);
    assert.equal(epoch, 1);
    await store.withSnapshot(async (snapshot) => {
      assert.equal(snapshot.epoch, 1);
      assert.notEqual(await snapshot.view.records.get('step', 's'), undefined);
      const lines = await toArray(snapshot.view.logs.lines('s'));
      assert.deepStrictEqual(
        lines.map((line) => [line.text, line.epoch]),
        [
          ['one', 1],
          ['two', 1],
        ],
      );
    });
  },

  'S1: results come in the order of the ops, whichever side they went to': async (bed) => {
    const store = await bed.open();
    const { results } = await store.write([
      appendLines('a', ['1', '2']),
      execution('e'),
      appendLines('b', ['1']),
      step('s', 'e', 0),
      appendLines('a', ['3']),
    ]);
    assert.deepStrictEqual(results, [
      { stream: 'a', first: 1, last: 2 },
      undefined,
      { stream: 'b', first: 1, last: 1 },
      undefined,
      { stream: 'a', first: 3, last: 3 },
    ]);
  },

  'S1: a batch whose records are refused leaves no line, and its numbers are used by the next': async (
    bed,
  ) => {
    const store = await bed.open();
    await store.write([appendLines('s', ['kept 1'])]);
    for (const ops of [
      [appendLines('s', ['lost']), step('orphan', 'nobody', 0)],
      [step('orphan', 'nobody', 0), appendLines('s', ['lost']), appendLines('only here', ['lost'])],
    ]) {
      await rejectsWith('CONSTRAINT', async () => await store.write(ops));
    }
    const { results, epoch } = await store.write([appendLines('s', ['kept 2'])]);
    assert.deepStrictEqual([epoch, results], [2, [{ stream: 's', first: 2, last: 2 }]]);
    await store.withSnapshot(async ({ view }) => {
      assert.deepStrictEqual(
        (await toArray(view.logs.lines('s'))).map(({ text }) => text),
        ['kept 1', 'kept 2'],
      );
      assert.deepStrictEqual(await toArray(view.logs.streams()), ['s']);
      assert.deepStrictEqual(await toArray(view.logs.search('lost')), []);
    });
  },

  'S1: a prune is one commit with its records, and does not happen where they are refused': async (bed) => {
    let store = await bed.open();
    await store.write([execution('e'), appendLines('s', ['1', '2', '3'])]);
    const before = await store.snapshot();
    await rejectsWith(
      'CONSTRAINT',
      async () => await store.write([pruneLines('s'), step('orphan', 'nobody', 0)]),
    );
    const { epoch, results } = await store.write([
      step('t', 'e', 0),
      pruneLines('s', 2),
      appendLines('s', ['4']),
    ]);
    assert.deepStrictEqual(
      [epoch, results],
      [2, [undefined, { stream: 's', first: 3 }, { stream: 's', first: 4, last: 4 }]],
    );
    assert.deepStrictEqual(
      [(await toArray(before.view.logs.lines('s'))).length, await before.view.records.count('step')],
      [3, 0],
    );
    await before.close();
    for (const _ of ['at once', 'after a reopen']) {
      await store.withSnapshot(async ({ view }) => {
        assert.deepStrictEqual(
          (await toArray(view.logs.lines('s'))).map(({ text }) => text),
          ['3', '4'],
        );
        const info = await view.logs.info('s');
        assert.deepStrictEqual([info?.first, info?.lines, info?.lost], [3, 4, []]);
        assert.equal(await view.records.count('step'), 1);
      });
      store = await bed.reopen(store);
    }
    const alone = await store.write([pruneLines('s')]);
    assert.deepStrictEqual([alone.epoch, alone.results], [3, [{ stream: 's', first: 5 }]]);
  },

  'S1: a batch whose lines are refused leaves no record': async (bed) => {
    const store = await bed.open();
    const ops = [execution('e'), appendLines('s', [{ content: 'x', at: -1 }])];
    await rejectsWith('INVALID_ARGUMENT', async () => await store.write(ops));
    assert.equal(await store.withSnapshot(async ({ view }) => await view.records.count('execution')), 0);
  },

  'S1: in one group commit, good batches keep their lines and bad ones have none': async (bed) => {
    const store = await bed.open();
    const settled = await Promise.allSettled(
      Array.from({ length: 30 }, (_, place) =>
        store.write([
          execution(`e${place}`),
          appendLines('shared', [`line of ${place}`]),
          ...(place % 3 === 1 ? [step(`s${place}`, 'nobody', 0)] : []),
        ]),
      ),
    );
    assert.deepStrictEqual(
      settled.map(outcomeOf),
      settled.map((_, place) => (place % 3 === 1 ? 'CONSTRAINT' : 'ok')),
    );
    const expected = settled.map((_, place) => place).filter((place) => place % 3 !== 1);
    await store.withSnapshot(async ({ view }) => {
      const lines = await toArray(view.logs.lines('shared'));
      assert.deepStrictEqual(
        lines.map(({ text }) => text),
        expected.map((place) => `line of ${place}`),
      );
      assert.deepStrictEqual(
        lines.map(({ number }) => number),
        expected.map((_, place) => place + 1),
      );
      assert.equal(await view.records.count('execution'), expected.length);
    });
  },

  'S3: batches of one side alone take epochs from the same line': async (bed) => {
    const store = await bed.open();
    const epochs: (Epoch | null)[] = [];
    epochs.push((await store.write([execution('e')])).epoch);
    epochs.push((await store.write([appendLines('s', ['x'])])).epoch);
    epochs.push((await store.write([putFact({ subject: 's', predicate: 'p', object: 'o' })])).epoch);
    epochs.push((await store.write([appendLines('s', ['y'])])).epoch);
    assert.deepStrictEqual(epochs, [1, 2, 3, 4]);
    const lines = await store.withSnapshot(async ({ view }) => await toArray(view.logs.lines('s')));
    assert.deepStrictEqual(
      lines.map(({ epoch }) => epoch),
      [2, 4],
    );
  },

  'S3: a change names how long the streams are that its commit appended to': async (bed) => {
    const store = await bed.open();
    if (!store.capabilities.has('changes')) return;
    await store.write([appendLines('a', ['1']), appendLines('b', ['1'])]);
    const since = await bed.cursor(store);
    await store.write([appendLines('a', ['2', '3']), appendLines('__proto__', ['1']), execution('e')]);
    await store.write([execution('f')]);
    const [first, second] = await takeChanges(store, since, 2);
    assert.deepStrictEqual(Object.entries(first?.extents ?? {}).sort(), [
      ['__proto__', 1],
      ['a', 3],
    ]);
    assert.deepStrictEqual([first?.put.execution, second?.extents], [['e'], {}]);
  },

  'S8: a duplicate of a transaction id appends no line': async (bed) => {
    let store = await bed.open();
    const ops = [execution('e'), appendLines('s', ['once'])];
    if (!store.capabilities.has('transaction-ids')) {
      await rejectsWith('NOT_SUPPORTED', async () => await store.write(ops, { transactionId: 'job 1' }));
      return;
    }
    await store.write(ops, { transactionId: 'job 1' });
    assert.equal((await store.write(ops, { transactionId: 'job 1' })).duplicate, true);
    store = await bed.reopen(store);
    assert.equal((await store.write(ops, { transactionId: 'job 1' })).duplicate, true);
    const lines = await store.withSnapshot(async ({ view }) => await toArray(view.logs.lines('s')));
    assert.deepStrictEqual(
      lines.map(({ text }) => text),
      ['once'],
    );
  },

  'S1: a commit that fails between the two sides leaves neither, at once and after a reopen': async (bed) => {
    for (const point of ['combine:records.prepared', 'combine:logs.prepared', 'core:prepared']) {
      await bed.elsewhere(async (fresh) => {
        let store = await fresh.open();
        await store.write([execution('before'), appendLines('s', ['before'])]);
        const before = await store.withSnapshot(async ({ view }) => await dumpStore(view));
        let fire = true;
        setCrashHook((reached) => {
          if (reached !== point || !fire) return;
          fire = false;
          throw new Error('on purpose');
        });
        try {
          await rejectsWith(
            'IO',
            async () => await store.write([execution('lost'), appendLines('s', ['lost'])]),
            point,
          );
        } finally {
          setCrashHook(undefined);
        }
        assert.deepStrictEqual(
          await store.withSnapshot(async ({ view }) => await dumpStore(view)),
          before,
          point,
        );
        store = await fresh.reopen(store);
        assert.deepStrictEqual(
          await store.withSnapshot(async ({ view }) => await dumpStore(view)),
          before,
          point,
        );
        const { results } = await store.write([appendLines('s', ['after'])]);
        assert.deepStrictEqual(results, [{ stream: 's', first: 2, last: 2 }]);
      });
    }
  },
});
