import assert from 'node:assert/strict';
import { appendLines, type LogOp, pruneLines, type StreamInfo, toArray } from '@stepwell/core';
import fc from 'fast-check';
import { checkProperty } from '../support/check-property.ts';
import { rejectsWith } from '../support/rejects-with.ts';
import { dumpLogs } from './dump-logs.ts';
import { type LogGroup, logGroup } from './group.ts';
import { type LogStore, linesOf, someTexts, streamsOf, textsOf } from './read-logs.ts';

async function infoOf(store: LogStore, stream: string): Promise<StreamInfo | undefined> {
  return await store.withSnapshot(async ({ view }) => await view.info(stream));
}

async function numbersOf(store: LogStore, stream: string): Promise<number[]> {
  return (await linesOf(store, stream)).map(({ number }) => number);
}

export const prune: LogGroup = logGroup('pruned lines', {
  'S9: pruned lines are in no range, no search and no count, at once and after a reopen': async (bed) => {
    let store = await bed.open();
    await store.write([
      appendLines(
        's',
        someTexts(10).map((content, place) => ({ content, at: 100 + place })),
      ),
      appendLines('other', ['line']),
    ]);
    const { epoch, results } = await store.write([pruneLines('s', 7)]);
    assert.deepStrictEqual([epoch, results], [2, [{ stream: 's', first: 8 }]]);
    for (const _ of ['at once', 'after a reopen']) {
      assert.deepStrictEqual(await numbersOf(store, 's'), [8, 9, 10]);
      await store.withSnapshot(async ({ view }) => {
        const numbers = async (range: object) =>
          (await toArray(view.lines('s', range))).map(({ number }) => number);
        assert.deepStrictEqual(await numbers({ from: 1, to: 8 }), [8]);
        assert.deepStrictEqual(await numbers({ to: 7 }), []);
        assert.deepStrictEqual(await numbers({ last: 9, reverse: true }), [10, 9, 8]);
        assert.deepStrictEqual(await numbers({ until: 106 }), []);
        const found = (await toArray(view.search('line'))).map(({ line }) => `${line.stream}${line.number}`);
        assert.deepStrictEqual(found, ['other1', 's8', 's9', 's10']);
        const [match] = await toArray(view.search('line 8', { context: 3 }));
        assert.deepStrictEqual([match?.before.length, match?.after.length], [0, 2]);
        assert.deepStrictEqual(await toArray(view.counts('line', { streams: ['s'] })), [
          { stream: 's', lines: 3 },
        ]);
      });
      assert.deepStrictEqual(await infoOf(store, 's'), {
        stream: 's',
        first: 8,
        lines: 10,
        bytes: 19,
        firstAt: 107,
        lastAt: 109,
        lost: [],
      });
      assert.equal((await infoOf(store, 'other'))?.first, 1, 'other streams are not touched');
      store = await bed.reopen(store);
    }
  },

  'S4: a snapshot from before a prune goes on showing every line': async (bed) => {
    const store = await bed.open();
    await store.write([appendLines('s', someTexts(20)), appendLines('gone', ['x'])]);
    const snapshot = await store.snapshot();
    const before = await dumpLogs(snapshot.view);
    const lines = snapshot.view.lines('s')[Symbol.asyncIterator]();
    await lines.next();
    for (const through of [3, 3, 11, undefined]) await store.write([pruneLines('s', through)]);
    await store.write([pruneLines('gone'), appendLines('s', ['later'])]);
    assert.equal((await lines.next()).value?.number, 2, 'a stream of lines that had begun');
    assert.deepStrictEqual(await dumpLogs(snapshot.view), before);
    assert.equal((await toArray(snapshot.view.search('line'))).length, 20);
    assert.deepStrictEqual(await toArray(snapshot.view.counts('line')), [{ stream: 's', lines: 20 }]);
    assert.deepStrictEqual((await snapshot.view.info('s'))?.first, 1);
    await snapshot.close();
    assert.deepStrictEqual(await textsOf(store, 's'), ['later']);
  },

  'S3: numbers of pruned lines are never used again, not even when all are pruned': async (bed) => {
    let store = await bed.open();
    await store.write([appendLines('s', someTexts(3))]);
    await store.write([pruneLines('s')]);
    for (const _ of ['at once', 'after a reopen']) {
      assert.deepStrictEqual(await numbersOf(store, 's'), []);
      assert.deepStrictEqual(await streamsOf(store), [], 'a stream without a line is not listed');
      assert.deepStrictEqual(await infoOf(store, 's'), {
        stream: 's',
        first: 4,
        lines: 3,
        bytes: 0,
        firstAt: null,
        lastAt: null,
        lost: [],
      });
      store = await bed.reopen(store);
    }
    const { results } = await store.write([appendLines('s', ['next'])]);
    assert.deepStrictEqual(results, [{ stream: 's', first: 4, last: 4 }]);
    assert.deepStrictEqual([await numbersOf(store, 's'), await streamsOf(store)], [[4], ['s']]);
  },

  'S3: a prune happens where it stands in its batch, and in its group': async (bed) => {
    const store = await bed.open();
    const { results } = await store.write([
      appendLines('s', ['1', '2']),
      pruneLines('s'),
      appendLines('s', ['3', '4']),
      pruneLines('s', 3),
      appendLines('s', ['5']),
    ]);
    assert.deepStrictEqual(results, [
      { stream: 's', first: 1, last: 2 },
      { stream: 's', first: 3 },
      { stream: 's', first: 3, last: 4 },
      { stream: 's', first: 4 },
      { stream: 's', first: 5, last: 5 },
    ]);
    assert.deepStrictEqual(await textsOf(store, 's'), ['4', '5']);
    const group = await Promise.all([
      store.write([appendLines('s', ['6'])]),
      store.write([pruneLines('s')]),
      store.write([appendLines('s', ['7'])]),
    ]);
    assert.deepStrictEqual(
      group.map((write) => write.results[0]),
      [
        { stream: 's', first: 6, last: 6 },
        { stream: 's', first: 7 },
        { stream: 's', first: 7, last: 7 },
      ],
    );
    assert.deepStrictEqual(await textsOf(store, 's'), ['7']);
  },

  'S9: a prune takes no line to come, and what is pruned stays so': async (bed) => {
    let store = await bed.open();
    await store.write([appendLines('s', someTexts(5))]);
    const first = async (through?: number) => (await store.write([pruneLines('s', through)])).results;
    assert.deepStrictEqual(await first(0), [{ stream: 's', first: 1 }]);
    assert.deepStrictEqual(await first(3), [{ stream: 's', first: 4 }]);
    assert.deepStrictEqual(await first(3), [{ stream: 's', first: 4 }], 'again');
    assert.deepStrictEqual(await first(1), [{ stream: 's', first: 4 }], 'less');
    assert.deepStrictEqual(await first(1000), [{ stream: 's', first: 6 }], 'beyond the end');
    assert.deepStrictEqual(await first(), [{ stream: 's', first: 6 }], 'where nothing is left');
    store = await bed.reopen(store);
    await store.write([appendLines('s', ['later'])]);
    assert.deepStrictEqual(await numbersOf(store, 's'), [6]);
  },

  'SF-48: a prune makes no stream, and takes an epoch all the same': async (bed) => {
    let store = await bed.open();
    const { epoch, results } = await store.write([pruneLines('nobody', 9), pruneLines('__proto__')]);
    assert.deepStrictEqual(
      [epoch, results],
      [
        1,
        [
          { stream: 'nobody', first: 1 },
          { stream: '__proto__', first: 1 },
        ],
      ],
    );
    store = await bed.reopen(store);
    assert.equal(await store.withSnapshot((snapshot) => snapshot.epoch), 1);
    assert.deepStrictEqual([await streamsOf(store), await infoOf(store, 'nobody')], [[], undefined]);
    const next = await store.write([appendLines('nobody', ['1', '2'])]);
    assert.deepStrictEqual([next.epoch, await numbersOf(store, 'nobody')], [2, [1, 2]]);
  },

  'S6: a reader sees a prune, and shared writers see those of each other': async (bed) => {
    const stores = [await bed.open({ writer: 'shared' }), await bed.open({ writer: 'shared' })] as const;
    const reader = await bed.openReader();
    await stores[0].write([appendLines('s', someTexts(4))]);
    await stores[1].write([pruneLines('s', 2)]);
    for (const handle of [...stores, reader])
      assert.deepStrictEqual(await textsOf(handle, 's'), ['line 3', 'line 4']);
    const { results } = await stores[0].write([pruneLines('s', 1), appendLines('s', ['next'])]);
    assert.deepStrictEqual(results, [
      { stream: 's', first: 3 },
      { stream: 's', first: 5, last: 5 },
    ]);
  },

  'S11: a prune that is none is INVALID_ARGUMENT, and nothing of its batch happens': async (bed) => {
    const store = await bed.open();
    await store.write([appendLines('s', ['kept'])]);
    for (const op of [
      pruneLines(''),
      pruneLines('s', -1),
      pruneLines('s', 1.5),
      pruneLines('s', '1' as never),
      { ...pruneLines('s'), trough: 1 } as never,
    ]) {
      await rejectsWith('INVALID_ARGUMENT', async () => await store.write([appendLines('s', ['x']), op]));
    }
    assert.deepStrictEqual(await textsOf(store, 's'), ['kept']);
    assert.equal((await store.write([appendLines('s', ['next'])])).epoch, 2);
  },

  'S9: any sequence of appends, prunes and reopens leaves what a plain list would (property)': async (
    bed,
  ) => {
    const anyStep = fc.oneof(
      { weight: 3, arbitrary: fc.record({ append: fc.integer({ min: 0, max: 6 }) }) },
      fc.record({ prune: fc.option(fc.nat(40), { nil: undefined }) }),
      fc.constant('reopen' as const),
    );
    await checkProperty(
      fc.asyncProperty(fc.array(fc.array(anyStep, { maxLength: 4 }), { maxLength: 12 }), async (batches) => {
        await bed.elsewhere(async (fresh) => {
          let store = await fresh.open();
          let last = 0;
          let first = 1;
          for (const batch of batches) {
            const ops = batch.flatMap((step): LogOp[] => {
              if (step === 'reopen') return [];
              if ('append' in step) {
                last += step.append;
                return [
                  appendLines(
                    's',
                    someTexts(last)
                      .slice(last - step.append)
                      .map((content) => ({ content, at: 0 })),
                  ),
                ];
              }
              first = Math.max(first, Math.min(last, step.prune ?? last) + 1);
              return [pruneLines('s', step.prune)];
            });
            await store.write(ops);
            if (batch.includes('reopen')) store = await fresh.reopen(store);
            assert.deepStrictEqual(await textsOf(store, 's'), someTexts(last).slice(first - 1));
            const info = await infoOf(store, 's');
            assert.deepStrictEqual([info?.first ?? 1, info?.lines ?? 0], [first, last]);
          }
        });
      }),
      15,
    );
  },
});
