import { expect, test } from 'vitest';
import { codeOf } from '../fixtures/code-of.ts';
import { checkCount, checkSearch } from './check-search.ts';
import type { LinePattern } from './line-pattern.ts';
import type { CountOptions, SearchOptions } from './log-view.ts';

const defaults = {
  pattern: 'x',
  ignoreCase: false,
  limit: Infinity,
  before: 0,
  after: 0,
  from: 1,
  to: Infinity,
  since: -Infinity,
  until: Infinity,
};

const { proxy: gone, revoke } = Proxy.revocable<string[]>([], {});
revoke();

test('SF-44: the options of a search mean what they meant when they were given', () => {
  const streams = ['a', 'b'];
  const context = { before: 2 };
  const checked = checkSearch('x', { streams, ignoreCase: true, limit: 3, context, from: 2, until: 9 });
  streams.push('c');
  context.before = 7;
  const given = { streams: ['a', 'b'], ignoreCase: true, limit: 3, before: 2, from: 2, until: 9 };
  expect(checked).toEqual({ ...defaults, ...given });
  expect(checkSearch('x', { limit: undefined } as unknown as SearchOptions)).toEqual(defaults);
  expect(checkSearch('x', { context: 1000 })).toEqual({ ...defaults, before: 1000, after: 1000 });
  expect(checkSearch('x', { to: 0, since: -1, context: {} })).toEqual({ ...defaults, to: 0, since: -1 });
});

test('SF-44: a count has neither limit nor context', async () => {
  expect(checkCount('x', { streams: ['a'], until: 3 })).toEqual({ ...defaults, streams: ['a'], until: 3 });
  for (const options of [{ limit: 1 }, { context: 1 }])
    expect(await codeOf(() => checkCount('x', options as CountOptions))).toBe('INVALID_ARGUMENT');
});

test.each<[string, unknown]>([
  ['nothing', ''],
  ['a lone surrogate', '\ud800'],
  ['a number', 7],
  ['null', null],
  ['nothing at all', undefined],
  ['a function', () => 0],
  ['a regular expression, which may take for ever', /x/],
])('SF-44: %s is nothing to search for', async (_, pattern) => {
  expect(await codeOf(() => checkSearch(pattern as string, {}))).toBe('INVALID_ARGUMENT');
  expect(await codeOf(() => checkCount(pattern as LinePattern, {}))).toBe('INVALID_ARGUMENT');
});

test('SF-44: a pattern knows which letters it folds', async () => {
  const pattern: LinePattern = { source: 'any', find: () => 0 };
  expect(checkSearch(pattern, {}).pattern).toMatchObject({ source: 'any' });
  for (const ignoreCase of [true, false])
    expect(await codeOf(() => checkSearch(pattern, { ignoreCase }))).toBe('INVALID_ARGUMENT');
});

test.each<[string, unknown]>([
  ['null', null],
  ['a text', 'x'],
  ['a misspelt option', { ignorecase: true }],
  ['an option that cannot be read', Object.defineProperty({}, 'limit', { get: thrown, enumerable: true })],
  ['options that cannot be read', new Proxy({}, { ownKeys: thrown })],
  ['a limit of nothing', { limit: 0 }],
  ['a flag that is none', { ignoreCase: 1 }],
  ['line 0', { from: 0 }],
  ['a line that is no number', { to: '3' }],
  ['a time that is none', { since: Number.NaN }],
  ['the end of time', { until: Infinity }],
  ['half a line of context', { context: 0.5 }],
  ['less than no context', { context: { before: -1 } }],
  ['more context than anybody reads', { context: 1001 }],
  ['more context after than anybody reads', { context: { after: 1001 } }],
  ['a misspelt side of context', { context: { behind: 1 } }],
  ['context that is none', { context: '3' }],
  ['context that is null', { context: null }],
  ['context that cannot be read', { context: new Proxy({}, { ownKeys: thrown }) }],
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
