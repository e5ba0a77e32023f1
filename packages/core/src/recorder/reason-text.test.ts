import { expect, test } from 'vitest';
import { admitRecordOp } from '../records/admit-record-op.ts';
import { putExecution } from '../records/record-op.ts';
import { reasonText } from './reason-text.ts';

class Strange {
  get message(): string {
    return 'x';
  }
}

test('S11: the reason of a failure is its message', () => {
  expect(reasonText(new TypeError('x is not a function'))).toBe('TypeError: x is not a function');
  expect(reasonText('out of paper')).toBe('out of paper');
  expect(reasonText(undefined)).toBe('undefined');
  expect(reasonText({ code: 7 })).toBe('{ code: 7 }');
});

test('S11: a reason that cannot be read is one all the same', () => {
  const { proxy, revoke } = Proxy.revocable(new Error('x'), {});
  revoke();
  expect(reasonText(proxy)).not.toBe('');
});

test('S11: whatever is thrown, there is a reason, and it can be stored', () => {
  const odd = Object.assign(new Error('x'), { message: 7 });
  const reasons = [
    new Error('nul \0 and half an emoji \ud83d'),
    new Error('x'.repeat(20_000_000)),
    Object.assign(new Error(`${'x'.repeat(65_535 - 7)}🙂`)),
    Object.create(null),
    Symbol('s'),
    null,
    7n,
    new Strange(),
    odd,
    { toString: () => ({}) },
    () => 1,
  ];
  for (const reason of reasons) {
    const errorMessage = reasonText(reason);
    expect(errorMessage).not.toBe('');
    admitRecordOp(putExecution({ id: 'e', name: 'n', createdAt: 1, errorMessage }));
  }
});
