import { expect, test } from 'vitest';
import { codeOf } from '../fixtures/code-of.ts';
import { toArray } from '../iterate/to-array.ts';
import { ViewGate } from './view-gate.ts';

async function* numbers(log: string[] = []): AsyncGenerator<number> {
  try {
    for (let number = 1; number <= 3; number += 1) yield number;
  } finally {
    log.push('returned');
  }
}

test('S4: an open gate changes nothing', async () => {
  const gate = new ViewGate();
  expect(gate.isOpen).toBe(true);
  expect(await toArray(gate.guard(numbers()))).toEqual([1, 2, 3]);
});

test.each([
  ['close', 'SNAPSHOT_CLOSED'],
  ['expire', 'SNAPSHOT_EXPIRED'],
] as const)(
  'S4: after %s every call and every pull throws %s, and the source is returned',
  async (end, code) => {
    const gate = new ViewGate();
    const log: string[] = [];
    const running = gate.guard(numbers(log));
    await running.next();
    gate[end]();
    expect(gate.isOpen).toBe(false);
    expect(await codeOf(() => gate.check())).toBe(code);
    // One that asks again must not be told that this was the end.
    for (let pull = 0; pull < 3; pull += 1) expect(await codeOf(running.next())).toBe(code);
    expect(log).toEqual(['returned']);
    expect(await codeOf(toArray(gate.guard(numbers())))).toBe(code);
  },
);

test('S4: whoever stops early returns the source', async () => {
  const gate = new ViewGate();
  const log: string[] = [];
  for await (const number of gate.guard(numbers(log))) if (number === 2) break;
  expect(log).toEqual(['returned']);
  const failing = gate.guard({
    [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('the disk')) }),
  });
  await expect(failing.next()).rejects.toThrow('the disk');
});

test('S4: a gate that shuts after the last item does not make the list look complete', async () => {
  const gate = new ViewGate();
  const running = gate.guard(numbers());
  for (let pull = 0; pull < 3; pull += 1) await running.next();
  gate.expire();
  expect(await codeOf(running.next())).toBe('SNAPSHOT_EXPIRED');
});

test('S4: a gate that shuts while the source thinks lets nothing through', async () => {
  const gate = new ViewGate();
  async function* slow(): AsyncGenerator<number> {
    gate.expire();
    yield 1;
  }
  expect(await codeOf(gate.guard(slow()).next())).toBe('SNAPSHOT_EXPIRED');
});

test('S4: what has expired stays expired; what was closed stays closed', async () => {
  const expired = new ViewGate();
  expired.expire();
  expired.close();
  expect(await codeOf(() => expired.check())).toBe('SNAPSHOT_EXPIRED');
  const closed = new ViewGate();
  closed.close();
  closed.expire();
  expect(await codeOf(() => closed.check())).toBe('SNAPSHOT_CLOSED');
});
