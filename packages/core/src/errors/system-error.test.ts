import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { StoreError } from './store-error.ts';
import { fromSystemError } from './system-error.ts';

test.each([
  ['ENOSPC', 'NO_SPACE'],
  ['EDQUOT', 'NO_SPACE'],
  ['EFBIG', 'NO_SPACE'],
  ['EROFS', 'READ_ONLY'],
  ['EACCES', 'READ_ONLY'],
  ['EPERM', 'READ_ONLY'],
  ['EIO', 'IO'],
  ['EMFILE', 'IO'],
])('S11: %s is %s', (errno, code) => {
  const cause = Object.assign(new Error(`${errno}: no`), { code: errno, path: '/x', syscall: 'write' });
  expect(fromSystemError(cause, 'writing x')).toMatchObject({
    code,
    message: `writing x: ${errno}: no`,
    cause,
    details: { errno, path: '/x', syscall: 'write' },
  });
});

test('S11: what may not be read is not told to be opened read-only', () => {
  const cause = Object.assign(new Error('no'), { code: 'EACCES' });
  expect(fromSystemError(cause, 'reading', { reading: true }).code).toBe('IO');
  const full = Object.assign(new Error('no'), { code: 'ENOSPC' });
  expect(fromSystemError(full, 'reading', { reading: true }).code).toBe('NO_SPACE');
});

test('S11: a real failure keeps its path, and what is typed stays as it is', () => {
  const path = new URL('./no-such-file', import.meta.url);
  let thrown: unknown;
  try {
    readFileSync(path);
  } catch (error) {
    thrown = error;
  }
  expect(fromSystemError(thrown, 'reading').details).toMatchObject({ errno: 'ENOENT', syscall: 'open' });
  const typed = new StoreError('CORRUPT', 'x');
  expect(fromSystemError(typed, 'reading')).toBe(typed);
});
