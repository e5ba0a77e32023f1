import { expect, test } from 'vitest';
import { codeOf } from '../fixtures/code-of.ts';
import { checkLinePattern, type LinePattern } from './line-pattern.ts';

function thrown(): never {
  throw new RangeError('no');
}

test('SF-44: a pattern is read once, wherever its fields are, and find is called as its method', () => {
  class Long {
    readonly source = 'long';
    readonly required = ['a', 'b'];
    readonly #length = 3;
    find(bytes: Uint8Array): number {
      return bytes.length > this.#length ? this.#length : -1;
    }
  }
  const given = new Long();
  const checked = checkLinePattern(given);
  given.required.push('c');
  expect(checked).toMatchObject({ source: 'long', required: ['a', 'b'], requiredIgnoreCase: false });
  expect([checked.find(new Uint8Array(3)), checked.find(new Uint8Array(4))]).toEqual([-1, 3]);
  expect(checkLinePattern({ source: '', find: () => 0, requiredIgnoreCase: true })).toMatchObject({
    requiredIgnoreCase: true,
  });
});

test('SF-44: a pattern may find the empty place behind the last byte', () => {
  expect(checkLinePattern({ source: '$', find: (bytes) => bytes.length }).find(new Uint8Array(2))).toBe(2);
});

test.each<[string, unknown]>([
  ['is nothing', undefined],
  ['is a function', () => 0],
  ['has no find', { source: 'x' }],
  ['has no source', { find: () => 0 }],
  ['requires one text', { source: 'x', find: () => 0, required: 'x' }],
  ['requires none of no texts', { source: 'x', find: () => 0, required: [] }],
  ['requires nothing', { source: 'x', find: () => 0, required: ['x', ''] }],
  ['requires what no line holds', { source: 'x', find: () => 0, required: ['\ud800'] }],
  ['requires bytes', { source: 'x', find: () => 0, required: [Uint8Array.of(1)] }],
  ['requires holes, more than there is memory', { source: 'x', find: () => 0, required: Array(2 ** 32 - 1) }],
  ['requires too many', { source: 'x', find: () => 0, required: Array(1001).fill('x') }],
  ['folds by half', { source: 'x', find: () => 0, requiredIgnoreCase: 1 }],
  ['cannot be read', new Proxy({}, { get: thrown })],
])('SF-44: a pattern that %s is INVALID_ARGUMENT', async (_, pattern) => {
  expect(await codeOf(() => checkLinePattern(pattern as LinePattern))).toBe('INVALID_ARGUMENT');
});

test.each<[string, () => unknown]>([
  ['nothing', () => undefined],
  ['a place before the line', () => -2],
  ['a place behind the line', () => 5],
  ['half a byte', () => 1.5],
  ['no number', () => Number.NaN],
  ['a text', () => '1'],
  ['an error', thrown],
])('S11: a pattern that answers %s is INVALID_ARGUMENT', async (_, find) => {
  const { find: checked } = checkLinePattern({ source: 'x', find } as LinePattern);
  expect(await codeOf(() => checked(new Uint8Array(4)))).toBe('INVALID_ARGUMENT');
});
