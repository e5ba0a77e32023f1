import { beforeEach, expect, test, vi } from 'vitest';

// Each test gets a module of its own: the last time used is kept there.
let uuidv7: typeof import('./uuid.ts').uuidv7;
beforeEach(async () => {
  vi.resetModules();
  ({ uuidv7 } = await import('./uuid.ts'));
});

const timeOf = (id: string): number => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);

function expectRising(ids: readonly string[]): void {
  for (let index = 1; index < ids.length; index += 1) {
    if ((ids[index] ?? '') <= (ids[index - 1] ?? ''))
      throw new Error(`${ids[index - 1]} before ${ids[index]}`);
  }
}

test('SF-33: an id has the shape of RFC 9562, version 7, and starts with its time', () => {
  const now = 1_700_000_000_123;
  const id = uuidv7(now);
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(timeOf(id)).toBe(now);
  expect(Math.abs(timeOf(uuidv7()) - Date.now())).toBeLessThan(60_000);
});

test('SF-33: sorting ids sorts by time, 100,000 within one millisecond included', () => {
  const now = 1_700_000_000_000;
  const ids = Array.from({ length: 100_000 }, () => uuidv7(now));
  expectRising(ids);
  expect(new Set(ids).size).toBe(ids.length);
  // What one millisecond cannot hold is borrowed from the next few.
  expect(timeOf(ids.at(-1) ?? '') - now).toBeLessThan(60);
});

test('SF-33: a clock that goes back, or stands still, makes no id smaller', () => {
  const clock = [5_000, 5_001, 4_000, 4_001, 0, 5_001, 5_002, 5_000, 9_000];
  expectRising(clock.flatMap((now) => [uuidv7(now), uuidv7(now)]));
});

test('SF-33: ids of many times rise with them', () => {
  const start = Date.now();
  expectRising(Array.from({ length: 1_000 }, (_, index) => uuidv7(start + index)));
});
