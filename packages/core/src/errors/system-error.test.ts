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

test.each([
  ['ENOTDIR', 'open', /^opening x: a file is in the way \(ENOTDIR/],
  ['EEXIST', 'mkdir', /^opening x: a file is in the way \(EEXIST/],
  ['ELOOP', 'stat', /^opening x: its links lead in a circle \(ELOOP/],
])('S11: a path that cannot be is INVALID_ARGUMENT: %s of %s', (errno, syscall, message) => {
  const cause = Object.assign(new Error(`${errno}: no`), { code: errno, path: '/x', syscall });
  for (const reading of [false, true]) {
    expect(fromSystemError(cause, 'opening x', { reading })).toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(message),
      cause,
      details: { errno, path: '/x', syscall },
    });
  }
});

test('S11: a new file that is there already says nothing about the path', () => {
  const cause = Object.assign(new Error('no'), { code: 'EEXIST', syscall: 'open' });
  expect(fromSystemError(cause, 'making x').code).toBe('IO');
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
