import { expect, test } from 'vitest';
import { parameterValue } from './parameter-value.ts';

test.each([
  ['true', true],
  ['false', false],
  ['TRUE', 'TRUE'],
  ['0', 0],
  ['42', 42],
  ['-3', -3],
  ['0.5', 0.5],
  ['-0.25', -0.25],
  ['-0', '-0'],
  ['007', '007'],
  ['1.10', '1.10'],
  ['1.2.3', '1.2.3'],
  ['1e3', '1e3'],
  ['12345678901234567890', '12345678901234567890'],
  ['9007199254740991', 9_007_199_254_740_991],
  ['9007199254740993', '9007199254740993'],
  ['0x10', '0x10'],
  ['Infinity', 'Infinity'],
  ['', ''],
])('SF-72: %j becomes %j', (text, value) => {
  expect(parameterValue(text)).toBe(value);
});
