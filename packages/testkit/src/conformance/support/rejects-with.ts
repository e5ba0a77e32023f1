import assert from 'node:assert/strict';
import { type ErrorCode, isStoreError, type StoreError } from '@stepwell/core';

/** Asserts that `action` fails with a `StoreError` of `code`, and answers it. Throwing and rejecting count alike. */
export async function rejectsWith(
  code: ErrorCode,
  action: () => unknown,
  what = 'the call',
): Promise<StoreError> {
  try {
    await action();
  } catch (error) {
    if (isStoreError(error, code)) return error;
    throw new assert.AssertionError({
      message: `${what} must fail with ${code}, and failed with ${isStoreError(error) ? error.code : 'no StoreError'}: ${String(error)}`,
      actual: error,
      expected: code,
    });
  }
  throw new assert.AssertionError({
    message: `${what} must fail with ${code}, and succeeded`,
    expected: code,
  });
}

/** The code of a settled write, or `ok`. */
export function outcomeOf(settled: PromiseSettledResult<unknown>): ErrorCode | 'ok' {
  if (settled.status === 'fulfilled') return 'ok';
  if (isStoreError(settled.reason)) return settled.reason.code;
  throw settled.reason;
}
