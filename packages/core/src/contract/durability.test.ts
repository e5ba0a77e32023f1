import { expect, test } from 'vitest';
import { stronger } from './durability.ts';

test('S2: power-loss is the stronger promise, whichever side it stands on', () => {
  expect(stronger('power-loss', 'process-crash')).toBe('power-loss');
  expect(stronger('process-crash', 'power-loss')).toBe('power-loss');
  expect(stronger('process-crash', 'process-crash')).toBe('process-crash');
});
