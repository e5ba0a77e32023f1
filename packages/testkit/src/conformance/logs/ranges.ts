import assert from 'node:assert/strict';
import { appendLines, type LineRange, type LogLineInit, toArray } from '@stepwell/core';
import fc from 'fast-check';
import { checkProperty } from '../support/check-property.ts';
import { rejectsWith } from '../support/rejects-with.ts';
import { type LogGroup, logGroup } from './group.ts';
import { linesOf, someTexts } from './read-logs.ts';

const start = 1_700_000_000_000;
const count = 120;

/** Times that do not rise: writers give them, and clocks are set back. */
const inits: readonly LogLineInit[] = Array.from({ length: count }, (_, place) => ({
  content: `line ${place + 1}`,
  at: start + ((place * 37) % 50),
}));

const anyNumber = fc.integer({ min: 1, max: count + 10 });
const anyTime = fc.integer({ min: start - 5, max: start + 55 });
const anyRange: fc.Arbitrary<LineRange> = fc.record(
  {
    from: anyNumber,
    to: fc.integer({ min: 0, max: count + 10 }),
    last: anyNumber,
    since: anyTime,
    until: anyTime,
    reverse: fc.boolean(),
  },
  { requiredKeys: [] },
);

/** The numbers of the lines that a range means, by plain filtering. */
function expectedNumbers(range: LineRange): number[] {
  const fits = inits
    .map(({ at = 0 }, place) => ({ number: place + 1, at }))
    .filter(({ number }) => number >= (range.from ?? 1) && number <= (range.to ?? count))
    .filter(({ at }) => at >= (range.since ?? 0) && at <= (range.until ?? Number.MAX_SAFE_INTEGER))
    .map(({ number }) => number);
  const kept = range.last === undefined ? fits : fits.slice(-range.last);
  return range.reverse === true ? kept.reverse() : kept;
}

export const ranges: LogGroup = logGroup('ranges of lines', {
  'S10: any combination of from, to, last, since, until and reverse (property)': async (bed) => {
    let store = await bed.open();
    for (let place = 0; place < count; place += 17)
      await store.write([appendLines('s', inits.slice(place, place + 17))]);
    await store.write([appendLines('other', someTexts(10))]);
    for (const _ of ['at once', 'after a reopen']) {
      await store.withSnapshot(async ({ view }) => {
        await checkProperty(
          fc.asyncProperty(anyRange, async (range) => {
            const lines = await toArray(view.lines('s', range));
            assert.deepStrictEqual(
              lines.map(({ number }) => number),
              expectedNumbers(range),
              JSON.stringify(range),
            );
            assert.ok(lines.every(({ number, text }) => text === `line ${number}`));
          }),
          150,
        );
      });
      store = await bed.reopen(store);
    }
  },

  'S10: the bounds are inclusive, and beyond the end is nothing': async (bed) => {
    const store = await bed.open();
    await store.write([appendLines('s', someTexts(5))]);
    const numbers = async (range: LineRange) =>
      (await linesOf(store, 's', range)).map(({ number }) => number);
    assert.deepStrictEqual(await numbers({ from: 2, to: 4 }), [2, 3, 4]);
    assert.deepStrictEqual(await numbers({ from: 5, to: 5 }), [5]);
    assert.deepStrictEqual(await numbers({ from: 6 }), []);
    assert.deepStrictEqual(await numbers({ from: 4, to: 2 }), []);
    assert.deepStrictEqual(await numbers({ to: 0 }), []);
    assert.deepStrictEqual(await numbers({ last: 2 }), [4, 5]);
    assert.deepStrictEqual(await numbers({ last: 99 }), [1, 2, 3, 4, 5]);
    assert.deepStrictEqual(await numbers({ to: 3, last: 2 }), [2, 3]);
    assert.deepStrictEqual(await numbers({ last: 2, reverse: true }), [5, 4]);
    assert.deepStrictEqual(await numbers({ reverse: true }), [5, 4, 3, 2, 1]);
  },

  'S10: a stream that does not exist has no lines': async (bed) => {
    const store = await bed.open();
    await store.write([appendLines('s', ['x']), appendLines('empty', [])]);
    for (const stream of ['nobody', 'S', 's ', 'empty', 'constructor', '__proto__']) {
      assert.deepStrictEqual(await linesOf(store, stream, { last: 3 }), []);
      assert.equal(await store.withSnapshot(async ({ view }) => await view.info(stream)), undefined, stream);
    }
  },

  'S11: a range that is none is INVALID_ARGUMENT': async (bed) => {
    const store = await bed.open();
    await store.write([appendLines('s', ['x'])]);
    const refused: Record<string, unknown>[] = [
      { from: 0 },
      { from: -1 },
      { from: 1.5 },
      { from: '1' },
      { to: -1 },
      { last: 0 },
      { last: Number.NaN },
      { since: 'yesterday' },
      { until: Number.POSITIVE_INFINITY },
      { reverse: 1 },
      { limit: 10 },
    ];
    for (const range of refused) {
      await rejectsWith(
        'INVALID_ARGUMENT',
        async () => await linesOf(store, 's', range as LineRange),
        JSON.stringify(range),
      );
    }
    assert.equal(
      (await linesOf(store, 's', { from: undefined } as never)).length,
      1,
      'undefined narrows nothing',
    );
  },

  'SF-46: the last lines of a long stream, and those far inside it': async (bed) => {
    const texts = someTexts(20_000, 'a line of ordinary length, as a build writes it by the thousand,');
    let store = await bed.open();
    for (let place = 0; place < texts.length; place += 1000) {
      await store.write([appendLines('s', texts.slice(place, place + 1000)), appendLines('noise', ['x'])]);
    }
    for (const _ of ['at once', 'after a reopen']) {
      const last = await linesOf(store, 's', { last: 100 });
      assert.deepStrictEqual(
        last.map(({ text }) => text),
        texts.slice(-100),
      );
      const inside = await linesOf(store, 's', { from: 12_345, to: 12_354 });
      assert.deepStrictEqual(
        inside.map(({ text }) => text),
        texts.slice(12_344, 12_354),
      );
      const backwards = await linesOf(store, 's', { from: 9_990, to: 10_010, reverse: true });
      assert.deepStrictEqual(
        backwards.map(({ text }) => text),
        texts.slice(9_989, 10_010).toReversed(),
      );
      store = await bed.reopen(store);
    }
  },
});
