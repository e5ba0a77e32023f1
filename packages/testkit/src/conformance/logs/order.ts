import assert from 'node:assert/strict';
import { type AppendResult, appendLines } from '@stepwell/core';
import fc from 'fast-check';
import { checkProperty } from '../support/check-property.ts';
import { type LogGroup, logGroup } from './group.ts';
import { linesOf, someTexts, textsOf } from './read-logs.ts';

export const order: LogGroup = logGroup('lines keep their order', {
  'S3: lines of a stream come in the order in which they were written, across batches': async (bed) => {
    const store = await bed.open();
    const texts = someTexts(60);
    for (let place = 0; place < texts.length; place += 7) {
      await store.write([appendLines('s', texts.slice(place, place + 7))]);
    }
    assert.deepStrictEqual(await textsOf(store, 's'), texts);
  },

  'S3: numbers begin at 1 and have no gap, and write answers with them': async (bed) => {
    const store = await bed.open();
    const first = await store.write([
      appendLines('a', ['1', '2']),
      appendLines('b', ['1']),
      appendLines('a', ['3']),
    ]);
    assert.deepStrictEqual(first.results as AppendResult[], [
      { stream: 'a', first: 1, last: 2 },
      { stream: 'b', first: 1, last: 1 },
      { stream: 'a', first: 3, last: 3 },
    ]);
    const second = await store.write([appendLines('a', []), appendLines('a', ['4']), appendLines('c', [])]);
    assert.deepStrictEqual(second.results as AppendResult[], [
      { stream: 'a', first: 4, last: 3 },
      { stream: 'a', first: 4, last: 4 },
      { stream: 'c', first: 1, last: 0 },
    ]);
    const lines = await linesOf(store, 'a');
    assert.deepStrictEqual(
      lines.map(({ number, text }) => [number, text]),
      [
        [1, '1'],
        [2, '2'],
        [3, '3'],
        [4, '4'],
      ],
    );
  },

  'S3: each line names its stream, its commit and its place in the commit': async (bed) => {
    const store = await bed.open();
    await store.write([appendLines('a', ['1', '2']), appendLines('b', ['3']), appendLines('a', ['4'])]);
    await store.write([appendLines('b', ['5']), appendLines('a', ['6'])]);
    const lines = [...(await linesOf(store, 'a')), ...(await linesOf(store, 'b'))];
    assert.ok(lines.every(({ stream }, place) => stream === (place < 4 ? 'a' : 'b')));
    const inOrder = lines.toSorted((x, y) => x.epoch - y.epoch || x.ordinal - y.ordinal);
    assert.deepStrictEqual(
      inOrder.map(({ text }) => text),
      ['1', '2', '3', '4', '5', '6'],
    );
    assert.deepStrictEqual(
      inOrder.map(({ epoch }) => epoch),
      [1, 1, 1, 1, 2, 2],
    );
    const places = new Set(inOrder.map(({ epoch, ordinal }) => `${epoch}.${ordinal}`));
    assert.equal(places.size, lines.length, 'no two lines share a place');
  },

  'S1: batches that are written together stay whole and in their order': async (bed) => {
    const store = await bed.open();
    await Promise.all(
      Array.from({ length: 40 }, (_, batch) =>
        store.write([appendLines('s', [`${batch} a`, `${batch} b`, `${batch} c`])]),
      ),
    );
    const expected = Array.from({ length: 40 }, (_, batch) => [
      `${batch} a`,
      `${batch} b`,
      `${batch} c`,
    ]).flat();
    assert.deepStrictEqual(await textsOf(store, 's'), expected);
  },

  'SF-48: 100 streams written at the same time each keep their own lines': async (bed) => {
    const store = await bed.open();
    const streams = Array.from({ length: 100 }, (_, place) => `stream-${place}`);
    for (let round = 0; round < 5; round += 1) {
      await Promise.all(streams.map((stream) => store.write([appendLines(stream, [`${stream} ${round}`])])));
    }
    for (const stream of streams) {
      assert.deepStrictEqual(
        await textsOf(store, stream),
        [0, 1, 2, 3, 4].map((round) => `${stream} ${round}`),
      );
    }
  },

  'S3: any interleaving of appends keeps every stream in order (property)': async (bed) => {
    const store = await bed.open();
    const written = new Map<string, string[]>();
    const append = fc.record({
      stream: fc.constantFrom('a', 'b', 'c'),
      count: fc.integer({ min: 0, max: 5 }),
    });
    let total = 0;
    await checkProperty(
      fc.asyncProperty(
        fc.array(fc.array(append, { minLength: 1, maxLength: 4 }), { maxLength: 6 }),
        async (batches) => {
          const writes = batches.map((batch) =>
            batch.map(({ stream, count }) => {
              const texts = Array.from({ length: count }, (_, place) => `text ${total + place}`);
              total += count;
              written.set(stream, [...(written.get(stream) ?? []), ...texts]);
              return appendLines(stream, texts);
            }),
          );
          await Promise.all(writes.map((ops) => store.write(ops)));
          for (const [stream, texts] of written) {
            const lines = await linesOf(store, stream);
            assert.deepStrictEqual(
              lines.map(({ text }) => text),
              texts,
            );
            assert.deepStrictEqual(
              lines.map(({ number }) => number),
              texts.map((_, place) => place + 1),
            );
          }
        },
      ),
      20,
    );
  },
});
