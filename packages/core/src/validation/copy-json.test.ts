import { expect, test } from 'vitest';
import { codeOf } from '../fixtures/code-of.ts';
import { copyJson, readGiven } from './copy-json.ts';

test('S11: a copy of a JSON tree is equal, and shares nothing', () => {
  const tree = { list: [1, { a: null }], __proto__: null, text: 'x' };
  const copy = copyJson(tree, 'metadata') as typeof tree;
  expect(copy).toEqual({ list: [1, { a: null }], text: 'x' });
  tree.list.push(2);
  expect(copy.list).toHaveLength(2);
});

test.each<[string, unknown]>([
  ['a symbol as a key', { a: { [Symbol('q')]: 1 } }],
  ['an array with fields of its own', { a: [Object.assign([1], { x: 1 })] }],
  ['an empty array with fields of its own', Object.assign([], { x: 1 })],
])('S11: %s would be lost, and is refused', async (_, value) => {
  expect(await codeOf(() => copyJson(value, 'metadata'))).toBe('INVALID_ARGUMENT');
});

test('S11: whatever is thrown while something is read is INVALID_ARGUMENT, and briefly told', () => {
  const gone = Proxy.revocable({}, {});
  gone.revoke();
  for (const cause of [
    new RangeError('x'.repeat(1e6)),
    gone.proxy,
    Symbol('x'),
    Object.create(null),
    undefined,
  ])
    try {
      readGiven(() => {
        throw cause;
      });
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'INVALID_ARGUMENT' });
      expect((error as Error).message.length).toBeLessThan(500);
    }
});
