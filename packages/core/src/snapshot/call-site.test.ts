import { expect, test } from 'vitest';
import { CallSite } from './call-site.ts';

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
