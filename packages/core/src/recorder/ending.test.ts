import { expect, test } from 'vitest';
import { codeOf } from '../fixtures/code-of.ts';
import { endedAs } from './ending.ts';

test('S11: 0 is success, and every other exit code is told', () => {
  expect(endedAs.exit(0)).toEqual({ status: 'completed', exitCode: 0, errorMessage: null });
  expect(endedAs.exit(-1)).toEqual({ status: 'failed', exitCode: -1, errorMessage: 'exit code -1' });
});

test.each([Symbol('x'), '0', null, 1.5, Object.create(null)])('S11: %o is no exit code', async (code) => {
  expect(await codeOf(() => endedAs.exit(code as number))).toBe('INVALID_ARGUMENT');
});
