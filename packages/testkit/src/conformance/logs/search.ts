import assert from 'node:assert/strict';
import { appendLines, type LogLineInit, type Match, type SearchOptions, toArray } from '@stepwell/core';
import fc from 'fast-check';
import { checkProperty } from '../support/check-property.ts';
import { type LogGroup, logGroup } from './group.ts';
import type { LogStore } from './read-logs.ts';

/** Matches as `stream:number@offset`. */
async function search(store: LogStore, text: string, options: SearchOptions = {}): Promise<string[]> {
  const matches = await store.withSnapshot(async ({ view }) => await toArray(view.search(text, options)));
  return matches.map(place);
}

function place({ line, offset }: Match): string {
  return `${line.stream}:${line.number}@${offset}`;
}

export const searching: LogGroup = logGroup('search', {
  'SF-46: a text is found byte for byte, with its first place in the line': async (bed) => {
    let store = await bed.open();
    await store.write([
      appendLines('a', ['error: one', 'all is well', 'two errors, error!', '.*', '%', 'ERROR']),
      appendLines('b', ['no error here', '']),
    ]);
    for (const _ of ['at once', 'after a reopen']) {
      assert.deepStrictEqual(await search(store, 'error'), ['a:1@0', 'a:3@4', 'b:1@3']);
      assert.deepStrictEqual(await search(store, '.*'), ['a:4@0'], 'no pattern');
      assert.deepStrictEqual(await search(store, '%'), ['a:5@0'], 'no wildcard');
      assert.deepStrictEqual(await search(store, 'nothing of the kind'), []);
      assert.deepStrictEqual(await search(store, 'error: one all'), [], 'not across lines');
      store = await bed.reopen(store);
    }
  },

  'SF-46: ignoreCase folds ASCII and nothing else': async (bed) => {
    const store = await bed.open();
    await store.write([
      appendLines('a', ['Error', 'eRRoR', 'Ärger', 'ärger', 'K', 'kelvin: \u212a', '[', '{']),
    ]);
    assert.deepStrictEqual(await search(store, 'ERROR', { ignoreCase: true }), ['a:1@0', 'a:2@0']);
    assert.deepStrictEqual(await search(store, 'ÄRGER', { ignoreCase: true }), ['a:3@0']);
    assert.deepStrictEqual(await search(store, 'k', { ignoreCase: true }), ['a:5@0', 'a:6@0']);
    assert.deepStrictEqual(await search(store, '[', { ignoreCase: true }), ['a:7@0']);
    assert.deepStrictEqual(await search(store, 'error'), []);
  },

  'SF-46: offsets count bytes, and text is found among bytes that are no UTF-8': async (bed) => {
    const store = await bed.open();
    const binary = Buffer.concat([
      Buffer.from([0xff, 0xc3, 0x00]),
      Buffer.from('needle 😀'),
      Buffer.from([0xff]),
    ]);
    await store.write([appendLines('a', ['ä😀 needle', binary])]);
    assert.deepStrictEqual(await search(store, 'needle'), ['a:1@7', 'a:2@3']);
    assert.deepStrictEqual(await search(store, '😀'), ['a:1@2', 'a:2@10']);
    assert.deepStrictEqual(await search(store, '\ufffd'), [], 'a replacement character is not in the bytes');
  },

  'SF-46: streams and limit narrow a search, and a match carries the whole line': async (bed) => {
    const store = await bed.open();
    const init: LogLineInit = { content: 'hit', at: 5, level: 'error', source: 'stderr', terminated: false };
    await store.write([
      appendLines('a', ['hit', 'hit']),
      appendLines('b', ['hit']),
      appendLines('c', ['hit', init]),
    ]);
    assert.deepStrictEqual(await search(store, 'hit', { streams: ['c'] }), ['c:1@0', 'c:2@0']);
    assert.deepStrictEqual((await search(store, 'hit', { streams: ['b', 'a', 'nobody'] })).sort(), [
      'a:1@0',
      'a:2@0',
      'b:1@0',
    ]);
    assert.deepStrictEqual(await search(store, 'hit', { streams: [] }), []);
    assert.deepStrictEqual(await search(store, 'hit', { limit: 3 }), ['a:1@0', 'a:2@0', 'b:1@0']);
    assert.deepStrictEqual(await search(store, 'hit', { limit: 1, streams: ['c'] }), ['c:1@0']);
    const [match] = await store.withSnapshot(async ({ view }) =>
      (await toArray(view.search('hit', { streams: ['c'] }))).slice(1),
    );
    const line = match?.line;
    assert.deepStrictEqual(
      [line?.at, line?.level, line?.source, line?.terminated, line?.epoch],
      [5, 'error', 'stderr', false, 1],
    );
  },

  'SF-46: a search finds what searching every line would (property)': async (bed) => {
    const store = await bed.open();
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'A', 'ä', '\n'), maxLength: 10 });
    const needle = fc.string({ unit: fc.constantFrom('a', 'b', 'A', 'ä'), minLength: 1, maxLength: 3 });
    const contents: string[] = [];
    await checkProperty(
      fc.asyncProperty(
        fc.array(letters, { maxLength: 6 }),
        needle,
        fc.boolean(),
        async (more, text, ignoreCase) => {
          await store.write([appendLines('s', more)]);
          contents.push(...more);
          const fold = (value: string) =>
            ignoreCase ? value.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : value;
          const expected = contents.flatMap((content, index) => {
            const offset = Buffer.from(fold(content)).indexOf(fold(text));
            return offset < 0 ? [] : [`s:${index + 1}@${offset}`];
          });
          assert.deepStrictEqual(await search(store, text, { ignoreCase }), expected);
        },
      ),
      40,
    );
  },
});
