import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type ErrorCode, errorCodes, retryableCodes } from './error-code.ts';
import { isStoreError, StoreError, toStoreError } from './store-error.ts';

const codes = Object.keys(errorCodes) as ErrorCode[];

test('S11: an error has a code, a cause, details, and says whether to try again', () => {
  const cause = new Error('underneath');
  const error = new StoreError('LOCKED', 'taken', { cause, details: { pid: 4711 } });
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({
    name: 'StoreError',
    code: 'LOCKED',
    message: 'taken',
    cause,
    retryable: true,
    details: { pid: 4711 },
  });
  expect(error.stack).toContain('store-error.test.ts');
  expect('cause' in new StoreError('IO', 'x')).toBe(false);
  expect(new StoreError('IO', 'x')).toMatchObject({ retryable: false, details: {} });
});

test('S11: exactly LOCKED, BUSY and NO_SPACE may pass by themselves', () => {
  expect(codes.filter((code) => new StoreError(code, '').retryable)).toEqual(['LOCKED', 'BUSY', 'NO_SPACE']);
  expect([...retryableCodes].every((code) => codes.includes(code))).toBe(true);
});

test('S11: the JSON of an error is what a program needs', () => {
  const error = new StoreError('BUSY', 'full', { cause: new Error('x'), details: { waitedMs: 5 } });
  expect(JSON.parse(JSON.stringify(error))).toEqual({
    name: 'StoreError',
    code: 'BUSY',
    message: 'full',
    retryable: true,
    details: { waitedMs: 5 },
  });
});

test('S11: isStoreError tells by code, and takes nothing else for one', () => {
  const error = new StoreError('CORRUPT', 'x');
  expect(isStoreError(error)).toBe(true);
  expect(isStoreError(error, 'IO', 'CORRUPT')).toBe(true);
  expect(isStoreError(error, 'IO')).toBe(false);
  const lookalike = Object.assign(new Error('x'), { name: 'StoreError', code: 'IO' });
  for (const other of [lookalike, new Error('x'), { code: 'IO' }, 'IO', null, undefined, 7]) {
    expect(isStoreError(other)).toBe(false);
  }
});

test('S11: an error is recognised by another copy of the package', async () => {
  // The built package under two addresses: two module instances, two classes.
  const load = async (copy: string): Promise<typeof import('../index.ts')> =>
    (await import(
      /* @vite-ignore */ `${new URL('../../dist/errors/store-error.js', import.meta.url)}?${copy}`
    )) as never;
  const [one, two] = [await load('one'), await load('two')];
  expect(one.StoreError).not.toBe(two.StoreError);
  const foreign = new one.StoreError('LOCKED', 'taken');
  expect(foreign instanceof two.StoreError).toBe(false);
  expect(two.isStoreError(foreign, 'LOCKED')).toBe(true);
  expect(two.toStoreError(foreign, 'IO', 'wrapping')).toBe(foreign);
  expect(isStoreError(foreign, 'LOCKED')).toBe(true);
});

test('S11: what is foreign is wrapped once, and nothing of it is lost', () => {
  const cause = new TypeError('x is not a function');
  const wrapped = toStoreError(cause, 'IO', 'the driver failed');
  expect(wrapped).toMatchObject({ code: 'IO', message: 'the driver failed: x is not a function', cause });
  expect(toStoreError(wrapped, 'BUSY', 'again')).toBe(wrapped);
  expect(toStoreError('a text', 'IO', 'said')).toMatchObject({ message: 'said: a text', cause: 'a text' });
  expect(toStoreError(undefined, 'IO', 'said')).toMatchObject({ message: 'said: undefined' });
});

test('S11: the README lists every code, with what it means', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  for (const code of codes) expect(readme).toContain(`| \`${code}\``);
});
