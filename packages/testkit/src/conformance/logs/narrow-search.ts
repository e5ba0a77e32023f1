import assert from 'node:assert/strict';
import {
  appendLines,
  type CountOptions,
  type LogLineInit,
  type Match,
  type SearchOptions,
  toArray,
} from '@stepwell/core';
import fc from 'fast-check';
import { checkProperty } from '../support/check-property.ts';
import { rejectsWith } from '../support/rejects-with.ts';
import { type LogGroup, logGroup } from './group.ts';
import { type LogStore, someTexts } from './read-logs.ts';

async function matchesOf(store: LogStore, text: string, options: SearchOptions): Promise<Match[]> {
  return await store.withSnapshot(async ({ view }) => await toArray(view.search(text, options)));
}

async function countsOf(store: LogStore, text: string, options: CountOptions = {}): Promise<unknown[]> {
  return (await store.withSnapshot(async ({ view }) => await toArray(view.counts(text, options)))).map(
    ({ stream, lines }) => [stream, lines],
  );
}

/** `before|number|after` of each match. */
function around({ before, line, after }: Match): string {
  const numbers = (lines: Match['before']) => lines.map(({ number }) => number).join();
  return `${numbers(before)}|${line.number}|${numbers(after)}`;
}

const count = 60;

/** Times that do not rise, and a hit every third line. */
const inits: readonly LogLineInit[] = Array.from({ length: count }, (_, place) => ({
  content: place % 3 === 0 ? `hit ${place + 1}` : 'miss',
  at: 1000 + ((place * 37) % 50),
}));

const anyOptions: fc.Arbitrary<CountOptions> = fc.record(
  {
    from: fc.integer({ min: 1, max: count + 5 }),
    to: fc.integer({ min: 0, max: count + 5 }),
    since: fc.integer({ min: 990, max: 1055 }),
    until: fc.integer({ min: 990, max: 1055 }),
  },
  { requiredKeys: [] },
);

function expectedNumbers({ from = 1, to = count, since = 0, until = Infinity }: CountOptions): number[] {
  return inits.flatMap(({ at = 0, content }, place) => {
    const number = place + 1;
    const fits = number >= from && number <= to && at >= since && at <= until;
    return fits && content !== 'miss' ? [number] : [];
  });
}

export const narrowSearch: LogGroup = logGroup('context, counts and ranges of a search', {
  'SF-46: a match bears the lines around it, as many as there are, each match its own': async (bed) => {
    let store = await bed.open();
    for (const text of someTexts(9))
      await store.write([appendLines('s', [text]), appendLines('t', ['noise'])]);
    await store.write([appendLines('s', ['line 1 again', 'end'])]);
    for (const _ of ['at once', 'after a reopen']) {
      const places = async (text: string, options: SearchOptions) =>
        (await matchesOf(store, text, { streams: ['s'], ...options })).map(around);
      assert.deepStrictEqual(await places('line 1', { context: 2 }), ['|1|2,3', '8,9|10|11']);
      assert.deepStrictEqual(await places('line 5', { context: { before: 1 } }), ['4|5|']);
      assert.deepStrictEqual(await places('line 5', { context: { after: 3 } }), ['|5|6,7,8']);
      assert.deepStrictEqual(await places('line 5', { context: { before: 2, after: 0 } }), ['3,4|5|']);
      assert.deepStrictEqual(await places('line 5', { context: 0 }), ['|5|']);
      assert.deepStrictEqual(await places('line 5', {}), ['|5|']);
      assert.deepStrictEqual(await places('line 5', { context: 1000 }), ['1,2,3,4|5|6,7,8,9,10,11']);
      const close = await places('line', { context: 1, from: 4, to: 6 });
      assert.deepStrictEqual(close, ['3|4|5', '4|5|6', '5|6|7'], 'beyond the range, and more than once');
      assert.deepStrictEqual(await places('line', { context: 1, limit: 2 }), ['|1|2', '1|2|3']);
      store = await bed.reopen(store);
    }
  },

  'SF-46: context is of the stream of its match, and of whole lines': async (bed) => {
    const store = await bed.open();
    const init: LogLineInit = {
      content: 'before',
      at: 7,
      level: 'error',
      source: 'stderr',
      terminated: false,
    };
    await store.write([
      appendLines('a', ['a before']),
      appendLines('b', [init]),
      appendLines('a', ['hit']),
      appendLines('b', ['hit']),
      appendLines('c', ['c after']),
      appendLines('b', ['after']),
    ]);
    const [inA, inB] = await matchesOf(store, 'hit', { context: 2 });
    const texts = (lines: Match['before'] = []) => lines.map(({ stream, text }) => `${stream}: ${text}`);
    assert.deepStrictEqual([texts(inA?.before), texts(inA?.after)], [['a: a before'], []]);
    assert.deepStrictEqual([texts(inB?.before), texts(inB?.after)], [['b: before'], ['b: after']]);
    const [line] = inB?.before ?? [];
    assert.deepStrictEqual(
      [line?.number, line?.at, line?.level, line?.source, line?.terminated, line?.epoch],
      [1, 7, 'error', 'stderr', false, 1],
    );
  },

  'S4: context ends where the snapshot does': async (bed) => {
    const store = await bed.open();
    await store.write([appendLines('s', ['hit'])]);
    await store.withSnapshot(async ({ view }) => {
      await store.write([appendLines('s', ['later'])]);
      assert.deepStrictEqual((await toArray(view.search('hit', { context: 3 }))).map(around), ['|1|']);
      assert.deepStrictEqual(await toArray(view.counts('later')), []);
    });
  },

  'SF-46: counts are of lines, stream by stream, without those that have none': async (bed) => {
    let store = await bed.open();
    await store.write([
      appendLines('b', ['hit hit', 'Hit', 'miss']),
      appendLines('a', ['hit', 'miss']),
      appendLines('none', ['miss']),
    ]);
    await store.write([appendLines('b', ['hit'])]);
    for (const _ of ['at once', 'after a reopen']) {
      assert.deepStrictEqual(await countsOf(store, 'hit'), [
        ['a', 1],
        ['b', 2],
      ]);
      assert.deepStrictEqual(await countsOf(store, 'HIT', { ignoreCase: true, streams: ['b'] }), [['b', 3]]);
      assert.deepStrictEqual(await countsOf(store, 'hit', { from: 2 }), [['b', 1]]);
      assert.deepStrictEqual(await countsOf(store, 'nowhere'), []);
      assert.deepStrictEqual(await countsOf(store, 'hit', { streams: [] }), []);
      store = await bed.reopen(store);
    }
  },

  'S10: any combination of from, to, since and until narrows searches and counts (property)': async (bed) => {
    const store = await bed.open();
    for (let place = 0; place < count; place += 7)
      await store.write([appendLines('s', inits.slice(place, place + 7))]);
    await store.withSnapshot(async ({ view }) => {
      await checkProperty(
        fc.asyncProperty(anyOptions, async (options) => {
          const numbers = (await toArray(view.search('hit', options))).map(({ line }) => line.number);
          const expected = expectedNumbers(options);
          assert.deepStrictEqual(numbers, expected, JSON.stringify(options));
          const counts = await toArray(view.counts('hit', options));
          assert.deepStrictEqual(
            counts,
            expected.length === 0 ? [] : [{ stream: 's', lines: expected.length }],
          );
        }),
        150,
      );
    });
  },

  'S11: options that no search or count has are INVALID_ARGUMENT': async (bed) => {
    const store = await bed.open();
    await store.write([appendLines('s', ['x'])]);
    const refused: readonly object[] = [
      { context: 1001 },
      { context: -1 },
      { context: 1.5 },
      { context: '1' },
      { context: { after: 1001 } },
      { context: { behind: 1 } },
      { context: null },
      { from: 0 },
      { to: -1 },
      { since: 'yesterday' },
      { until: Number.NaN },
      { last: 5 },
      { reverse: true },
    ];
    for (const options of refused)
      await rejectsWith(
        'INVALID_ARGUMENT',
        async () => await matchesOf(store, 'x', options),
        JSON.stringify(options),
      );
    for (const options of [{ limit: 1 }, { context: 1 }, { from: 0 }, { ignorecase: true }])
      await rejectsWith(
        'INVALID_ARGUMENT',
        async () => await countsOf(store, 'x', options),
        JSON.stringify(options),
      );
  },
});
