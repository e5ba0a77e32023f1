import { expect, test } from 'vitest';
import { codeOf } from '../fixtures/code-of.ts';
import { checkSearch } from './check-search.ts';
import type { SearchOptions } from './log-view.ts';

const { proxy: gone, revoke } = Proxy.revocable<string[]>([], {});
revoke();

test('SF-44: the options of a search mean what they meant when they were given', () => {
  const streams = ['a', 'b'];
  const checked = checkSearch('x', { streams, ignoreCase: true, limit: 3 });
  streams.push('c');
  expect(checked).toEqual({ streams: ['a', 'b'], ignoreCase: true, limit: 3 });
  expect(checkSearch('x', { limit: undefined } as unknown as SearchOptions)).toEqual({});
});

test.each<[string, unknown]>([
  ['null', null],
  ['a text', 'x'],
  ['a misspelt option', { ignorecase: true }],
  ['an option that cannot be read', Object.defineProperty({}, 'limit', { get: thrown, enumerable: true })],
  ['options that cannot be read', new Proxy({}, { ownKeys: thrown })],
  ['a limit of nothing', { limit: 0 }],
  ['a flag that is none', { ignoreCase: 1 }],
  ['one stream', { streams: 'a' }],
  ['a stream that is no text', { streams: ['a', 7] }],
  ['holes, more than there is memory', { streams: Array(2 ** 32 - 1) }],
  ['streams that are gone', { streams: gone }],
])('SF-44: %s is INVALID_ARGUMENT', async (_, options) => {
  expect(await codeOf(() => checkSearch('x', options as SearchOptions))).toBe('INVALID_ARGUMENT');
});

function thrown(): never {
  throw new RangeError('no');
}
