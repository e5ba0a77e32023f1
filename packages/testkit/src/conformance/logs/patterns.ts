import assert from 'node:assert/strict';
import { appendLines, type LinePattern, type SearchOptions, toArray } from '@stepwell/core';
import fc from 'fast-check';
import { checkProperty } from '../support/check-property.ts';
import { rejectsWith } from '../support/rejects-with.ts';
import { type LogGroup, logGroup } from './group.ts';
import type { LogStore } from './read-logs.ts';

/** A pattern by hand: what a backend is given need not come from a regular expression. */
function pattern(find: (bytes: Uint8Array) => number, rest: Partial<LinePattern> = {}): LinePattern {
  return { source: 'a pattern', find, ...rest };
}

/** Where the bytes of `text` are, as a pattern that requires it, or not. */
function textPattern(text: string, rest: Partial<LinePattern> = {}): LinePattern {
  return pattern((bytes) => Buffer.from(bytes).indexOf(text), rest);
}

async function search(store: LogStore, what: LinePattern, options: SearchOptions = {}): Promise<string[]> {
  const matches = await store.withSnapshot(async ({ view }) => await toArray(view.search(what, options)));
  return matches.map(({ line, offset }) => `${line.stream}:${line.number}@${offset}`);
}

export const patterns: LogGroup = logGroup('search by pattern', {
  'SF-46: a pattern is asked of the bytes of each line, and its offset is handed on': async (bed) => {
    let store = await bed.open();
    const binary = Uint8Array.of(0xff, 0x78, 0xc3, 0x00, 0x79);
    await store.write([appendLines('a', ['ä😀x', '', binary, 'none']), appendLines('b', ['x'])]);
    const x = pattern((bytes) => bytes.indexOf(0x78));
    const end = pattern((bytes) => bytes.length);
    const empty = pattern((bytes) => (bytes.length === 0 ? 0 : -1));
    for (const _ of ['at once', 'after a reopen']) {
      assert.deepStrictEqual(await search(store, x), ['a:1@6', 'a:3@1', 'b:1@0'], 'offsets are bytes');
      assert.deepStrictEqual(await search(store, end), ['a:1@7', 'a:2@0', 'a:3@5', 'a:4@4', 'b:1@1']);
      assert.deepStrictEqual(await search(store, empty), ['a:2@0']);
      assert.deepStrictEqual(
        await search(
          store,
          pattern(() => -1),
        ),
        [],
      );
      store = await bed.reopen(store);
    }
    let seen: Uint8Array | undefined;
    const look = pattern((bytes) => {
      seen = Uint8Array.from(bytes);
      return -1;
    });
    await search(store, look, { streams: ['a'], from: 3, to: 3 });
    assert.deepStrictEqual(seen, binary, 'it sees the bytes as they went in');
  },

  'SF-46: texts that a pattern requires leave out nothing that it matches': async (bed) => {
    const store = await bed.open();
    const contents = ['error: x', 'x', 'no ERROR: x', 'fatal x', 'Fatal: x', 'errorx', ''];
    await store.write(contents.map((content) => appendLines('a', [content])));
    await store.write([appendLines('b', contents)]);
    const both = (...places: string[]) => ['a', 'b'].flatMap((name) => places.map((at) => `${name}:${at}`));
    const required = ['error', 'fatal'];
    const sensitive = pattern((bytes) => {
      const text = Buffer.from(bytes).toString();
      return /error|fatal/.test(text) ? text.indexOf('x') : -1;
    });
    assert.deepStrictEqual(await search(store, sensitive), both('1@7', '4@6', '6@5'));
    assert.deepStrictEqual(await search(store, { ...sensitive, required }), both('1@7', '4@6', '6@5'));
    const folded = pattern(
      (bytes) => {
        const text = Buffer.from(bytes).toString();
        return /error|fatal/i.test(text) ? text.indexOf('x') : -1;
      },
      { required: ['error', 'Fatal'], requiredIgnoreCase: true },
    );
    assert.deepStrictEqual(await search(store, folded), both('1@7', '3@10', '4@6', '5@7', '6@5'));
    const other = await search(store, textPattern('x', { required: ['nowhere', 'fatal'] }));
    assert.ok(
      other.every((at) => /:[1-6]@/.test(at)),
      'a line without any of them may be left out',
    );
  },

  'SF-46: streams, limit and the snapshot narrow a search by pattern too': async (bed) => {
    const store = await bed.open();
    await store.write([appendLines('a', ['x', 'x']), appendLines('b', ['x'])]);
    const any = pattern(() => 0);
    assert.deepStrictEqual(await search(store, any, { limit: 2 }), ['a:1@0', 'a:2@0']);
    assert.deepStrictEqual(await search(store, any, { streams: ['b', 'nobody'] }), ['b:1@0']);
    await store.withSnapshot(async ({ view }) => {
      await store.write([appendLines('a', ['later'])]);
      assert.equal((await toArray(view.search(any, { streams: ['a'] }))).length, 2);
    });
  },

  'SF-46: a pattern finds what trying every line would, whatever it requires (property)': async (bed) => {
    const store = await bed.open();
    const contents: string[] = [];
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'ä', '\n', '😀'), maxLength: 8 });
    await checkProperty(
      fc.asyncProperty(
        fc.array(letters, { maxLength: 6 }),
        fc.string({ unit: fc.constantFrom('a', 'b', 'ä', '😀'), minLength: 1, maxLength: 3 }),
        fc.boolean(),
        async (more, text, requires) => {
          await store.write([appendLines('s', more)]);
          contents.push(...more);
          const what = textPattern(text, requires ? { required: ['nowhere', text] } : {});
          const expected = contents.flatMap((content, index) => {
            const offset = Buffer.from(content).indexOf(text);
            return offset < 0 ? [] : [`s:${index + 1}@${offset}`];
          });
          assert.deepStrictEqual(await search(store, what), expected);
        },
      ),
      40,
    );
  },

  'S11: a pattern that is none, or that answers nonsense, is INVALID_ARGUMENT': async (bed) => {
    const store = await bed.open();
    await store.write([appendLines('s', ['abc'])]);
    const refused: Readonly<Record<string, unknown>> = {
      'an empty text': '',
      'a lone surrogate': '\ud800',
      'a number': 7,
      'a RegExp': /a/,
      'no find': { source: 'x' },
      'no source': { find: () => 0 },
      'one required text': pattern(() => 0, { required: 'x' as never }),
      'nothing required': pattern(() => 0, { required: [] }),
      'a place before the line': pattern(() => -2),
      'a place behind the line': pattern(() => 4),
      'half a byte': pattern(() => 0.5),
      'an error': pattern(() => {
        throw new RangeError('no');
      }),
    };
    for (const [what, given] of Object.entries(refused)) {
      await rejectsWith(
        'INVALID_ARGUMENT',
        async () => await search(store, given as LinePattern),
        `a search: ${what}`,
      );
      await rejectsWith(
        'INVALID_ARGUMENT',
        async () =>
          await store.withSnapshot(async ({ view }) => await toArray(view.counts(given as LinePattern))),
        `a count: ${what}`,
      );
    }
    await rejectsWith('INVALID_ARGUMENT', async () => {
      await search(
        store,
        pattern(() => 0),
        { ignoreCase: true },
      );
    });
  },
});
