import { afterEach, expect, test } from 'vitest';
import { declareCrashPoints, setCrashHook } from './crash-point.ts';

afterEach(() => {
  setCrashHook(undefined);
});

test('S7: a declared point calls the hook while there is one', () => {
  const reached: string[] = [];
  const point = declareCrashPoints(['test:one', 'test:two']);
  point('test:one');
  setCrashHook((name) => reached.push(name));
  point('test:two');
  setCrashHook(undefined);
  point('test:one');
  expect(reached).toEqual(['test:two']);
});

test('S7: what the hook throws goes through the point, and one hook serves every copy of the package', async () => {
  const copy = (await import(
    /* @vite-ignore */ `${new URL('../../dist/crash/crash-point.js', import.meta.url)}?copy`
  )) as typeof import('./crash-point.ts');
  const point = copy.declareCrashPoints(['test:one']);
  setCrashHook((name) => {
    throw new Error(`died at ${name}`);
  });
  expect(() => point('test:one')).toThrowError('died at test:one');
});
