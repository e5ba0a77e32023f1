import { expect, test } from 'vitest';
import { GroupSize } from './group-size.ts';

const some = [{} as never];

test('S2: groups shrink while they take too long, and grow back to the bound when they do not', () => {
  const size = new GroupSize(500, 20);
  expect(size.ops).toBe(500);
  size.observe(some, 100);
  expect(size.ops).toBe(250);
  for (let group = 0; group < 20; group += 1) size.observe(some, 100);
  expect(size.ops).toBe(16);
  size.observe(some, 15);
  expect(size.ops).toBe(16);
  for (let group = 0; group < 40; group += 1) size.observe(some, 1);
  expect(size.ops).toBe(500);
});

test('S2: a small bound is never exceeded', () => {
  const size = new GroupSize(3, 20);
  size.observe(some, 100);
  expect(size.ops).toBe(3);
  size.observe(some, 1);
  expect(size.ops).toBe(3);
});

test('S2: a group that waited for the device does not make the next one smaller', () => {
  const size = new GroupSize(500, 20);
  size.observe([{ durability: 'process-crash' }, { durability: 'power-loss' }] as never, 100);
  expect(size.ops).toBe(500);
});
