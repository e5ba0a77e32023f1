import { expect, test } from 'vitest';
import { checkText, describe, invalid, quote } from './check-value.ts';

const circle: unknown[] = [];
circle.push(circle);

test.each<[string, unknown, string]>([
  ['a circle', circle, 'an array'],
  ['a symbol', Symbol('x'), 'symbol'],
  ['a bigint', 10n, '10'],
  ['a very large bigint', 2n ** 1_000_000n, 'a large bigint'],
  ['a proxy that throws', new Proxy({}, { get: () => checkText(7, 'x') }), 'an object that cannot be read'],
  ['a constructor without a name', { constructor: { name: Symbol('x') } }, 'an object (Symbol(x))'],
])('S11: %s can be told', (_, value, told) => {
  expect(describe(value)).toBe(told);
});

test('S11: whatever is given, a message stays short, and begins and ends as it was', () => {
  const named = { constructor: { name: 'x'.repeat(1e6) } };
  expect(describe(named).length).toBeLessThan(80);
  expect(quote('x'.repeat(1e6)).length).toBeLessThan(100);
  const { message } = invalid(`begin ${'🙂'.repeat(1e5)} end`);
  expect(message.length).toBeLessThan(500);
  expect(message).toMatch(/^begin .* … .* end$/u);
  expect(message.isWellFormed()).toBe(true);
});
