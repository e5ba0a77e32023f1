import assert from 'node:assert/strict';
import { appendLines, toArray } from '@stepwell/core';
import { hostileKeys } from '../support/arbitrary-text.ts';
import { type LogGroup, logGroup } from './group.ts';
import { streamsOf, textsOf } from './read-logs.ts';

export const streams: LogGroup = logGroup('streams', {
  'SF-48: hostile stream names are names, each apart from every other': async (bed) => {
    let store = await bed.open();
    await store.write(hostileKeys.map((name, place) => appendLines(name, [`line of ${place}`])));
    for (const _ of ['at once', 'after a reopen']) {
      for (const [place, name] of hostileKeys.entries()) {
        assert.deepStrictEqual(
          await textsOf(store, name),
          [`line of ${place}`],
          JSON.stringify(name.slice(0, 40)),
        );
        const info = await store.withSnapshot(async ({ view }) => await view.info(name));
        assert.deepStrictEqual([info?.stream, info?.lines], [name, 1]);
      }
      assert.equal((await streamsOf(store)).length, hostileKeys.length);
      store = await bed.reopen(store);
    }
  },

  'SF-48: streams are listed in the order of their UTF-8 bytes': async (bed) => {
    let store = await bed.open();
    const expected = hostileKeys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    for (const name of hostileKeys.toReversed()) await store.write([appendLines(name, ['x'])]);
    assert.deepStrictEqual(await streamsOf(store), expected);
    store = await bed.reopen(store);
    assert.deepStrictEqual(await streamsOf(store), expected);
  },

  'SF-48: a stream is there from its first line on, and an append of nothing makes none': async (bed) => {
    const store = await bed.open();
    await store.write([appendLines('empty', [])]);
    assert.deepStrictEqual(await streamsOf(store), []);
    await store.write([appendLines('empty', []), appendLines('s', [''])]);
    assert.deepStrictEqual(await streamsOf(store), ['s']);
  },

  'SF-48: info counts lines and bytes of content, and knows the first and the last time': async (bed) => {
    let store = await bed.open();
    await store.write([
      appendLines('s', [
        { content: 'äb', at: 10 },
        { content: '', at: 20 },
      ]),
    ]);
    await store.write([appendLines('s', [{ content: Uint8Array.of(255, 0), at: 30, terminated: false }])]);
    for (const _ of ['at once', 'after a reopen']) {
      const info = await store.withSnapshot(async ({ view }) => await view.info('s'));
      assert.deepStrictEqual(info, {
        stream: 's',
        first: 1,
        lines: 3,
        bytes: 5,
        firstAt: 10,
        lastAt: 30,
        lost: [],
      });
      store = await bed.reopen(store);
    }
  },

  'S4: streams can be read while they are listed': async (bed) => {
    const store = await bed.open();
    await store.write(['a', 'b', 'c'].map((name) => appendLines(name, [name, name])));
    const seen: string[] = [];
    await store.withSnapshot(async ({ view }) => {
      for await (const name of view.streams()) {
        for await (const line of view.lines(name)) seen.push(`${line.text}${line.number}`);
        await store.write([appendLines(`${name}-new`, ['x'])]);
        assert.equal((await toArray(view.search(name, { streams: [name] }))).length, 2);
      }
    });
    assert.deepStrictEqual(seen, ['a1', 'a2', 'b1', 'b2', 'c1', 'c2']);
  },
});
