import { expect, test } from 'vitest';
import { codeOf } from '../fixtures/code-of.ts';
import { toArray } from '../iterate/to-array.ts';
import { ViewGate } from './view-gate.ts';

async function* chunks(log: string[] = []): AsyncGenerator<readonly number[]> {
  try {
    yield [1, 2];
    yield [];
    log.push('asked on');
    yield [3];
  } finally {
    log.push('returned');
  }
}

test('S4: an open gate gives out the items of all chunks', async () => {
  const running = new ViewGate().guardChunks(chunks());
  expect(await toArray(running)).toEqual([1, 2, 3]);
  expect(await running.next()).toEqual({ done: true, value: undefined });
});

test('S10: the next chunk is asked for when the last one is given out', async () => {
  const log: string[] = [];
  const running = new ViewGate().guardChunks(chunks(log));
  await running.next();
  await running.next();
  expect(log).toEqual([]);
  await running.next();
  expect(log).toEqual(['asked on']);
});

test('pulls that do not wait for one another are answered in their order', async () => {
  const running = new ViewGate().guardChunks(chunks());
  const pulls = await Promise.all(Array.from({ length: 5 }, () => running.next()));
  expect(pulls.map(({ value }) => value)).toEqual([1, 2, 3, undefined, undefined]);
});

test.each([
  ['close', 'SNAPSHOT_CLOSED'],
  ['expire', 'SNAPSHOT_EXPIRED'],
] as const)(
  'S4: after %s no item is given out, not even one at hand; every pull throws, and the source is returned',
  async (end, code) => {
    const gate = new ViewGate();
    const log: string[] = [];
    const running = gate.guardChunks(chunks(log));
    expect(await running.next()).toEqual({ done: false, value: 1 });
    gate[end]();
    const pulls = [running.next(), running.next(), running.next()];
    for (const pull of pulls) expect(await codeOf(pull)).toBe(code);
    expect(await codeOf(running.next())).toBe(code);
    expect(log).toEqual(['returned']);
  },
);

test('S4: a gate that shuts while the source thinks lets nothing through', async () => {
  const gate = new ViewGate();
  async function* slow(): AsyncGenerator<readonly number[]> {
    gate.expire();
    yield [1];
  }
  expect(await codeOf(gate.guardChunks(slow()).next())).toBe('SNAPSHOT_EXPIRED');
  const later = new ViewGate();
  const running = later.guardChunks(chunks());
  for (let pull = 0; pull < 3; pull += 1) await running.next();
  later.expire();
  expect(await codeOf(running.next())).toBe('SNAPSHOT_EXPIRED');
});

test('S4: whoever stops early returns the source, and what was at hand is not given out any more', async () => {
  const log: string[] = [];
  const running = new ViewGate().guardChunks(chunks(log));
  for await (const number of running) {
    expect(number).toBe(1);
    break;
  }
  expect(log).toEqual(['returned']);
  expect(await running.next()).toEqual({ done: true, value: undefined });
});

test('S11: what the source throws is thrown at its turn', async () => {
  async function* failing(): AsyncGenerator<readonly number[]> {
    yield [1];
    throw new Error('the disk');
  }
  const running = new ViewGate().guardChunks(failing());
  expect(await running.next()).toEqual({ done: false, value: 1 });
  await expect(running.next()).rejects.toThrow('the disk');
});
