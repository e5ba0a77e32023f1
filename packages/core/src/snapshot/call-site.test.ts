import { expect, test } from 'vitest';
import { CallSite, callSite, onBehalfOf } from './call-site.ts';

function callee(): CallSite {
  return new CallSite(callee);
}

test('S4: a call site names the lines that called, the innermost first, and nothing of what was called', () => {
  const caller = () => callee();
  const site = caller();
  expect(site.text).toMatch(/^at caller \(.*call-site\.test\.ts:\d+:\d+\)\nat /);
  expect(site.text).not.toContain('callee');
  expect(site.text).toBe(site.text);
});

test('S4: without stack traces a call site is empty, not an error', () => {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    expect(callee().text).toBe('');
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
});

test('S4: what is opened on behalf of somebody names him, and what is opened next its own caller', () => {
  const opened = () => callSite(opened);
  const somebody = callee();
  expect(onBehalfOf(somebody, opened)).toBe(somebody);
  expect(opened()).not.toBe(somebody);
  expect(() =>
    onBehalfOf(somebody, () => {
      throw new Error('cannot');
    }),
  ).toThrow('cannot');
  expect(opened()).not.toBe(somebody);
});
