import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AgeWatch, type Aging } from './age-watch.ts';

interface Named extends Aging {
  readonly name: string;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function watched(ages: Readonly<Record<string, number>>) {
  const open = new Set<Named>();
  const log: string[] = [];
  const watch = new AgeWatch(
    open,
    Object.entries(ages).map(([age, after]) => ({
      after,
      act: ({ name }: Named) => log.push(`${name} ${age}`),
    })),
  );
  return {
    log,
    watch,
    open: (name: string) => {
      const item = { name, since: performance.now(), reached: 0 };
      open.add(item);
      watch.opened(item);
      return () => open.delete(item);
    },
  };
}

test('S4: every item reaches every age once, at its time', async () => {
  const { log, open } = watched({ old: 300, young: 100 });
  open('a');
  await vi.advanceTimersByTimeAsync(50);
  open('b');
  await vi.advanceTimersByTimeAsync(49);
  expect(log).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(log).toEqual(['a young']);
  await vi.advanceTimersByTimeAsync(50);
  expect(log).toEqual(['a young', 'b young']);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(log).toEqual(['a young', 'b young', 'a old', 'b old']);
  expect(vi.getTimerCount()).toBe(0);
});

test('S4: what has ended ages no more, and all of them together take one timer', async () => {
  const { log, open } = watched({ young: 100 });
  for (let i = 0; i < 10; i += 1) open(`ended ${i}`)();
  expect(vi.getTimerCount()).toBe(1);
  await vi.advanceTimersByTimeAsync(99);
  open('late');
  await vi.advanceTimersByTimeAsync(99);
  expect([log, vi.getTimerCount()]).toEqual([[], 1]);
  await vi.advanceTimersByTimeAsync(1);
  expect([log, vi.getTimerCount()]).toEqual([['late young'], 0]);
});

test('S4: an item is at its age in time, while the timer waits for a late age of another, or of one that has ended', async () => {
  const { log, open } = watched({ young: 300, old: 1_000 });
  const end = open('a');
  await vi.advanceTimersByTimeAsync(303);
  end();
  open('b');
  await vi.advanceTimersByTimeAsync(299);
  expect(log).toEqual(['a young']);
  await vi.advanceTimersByTimeAsync(1);
  expect(log).toEqual(['a young', 'b young']);
  await vi.advanceTimersByTimeAsync(150);
  open('c');
  await vi.advanceTimersByTimeAsync(300);
  expect([log, vi.getTimerCount()]).toEqual([['a young', 'b young', 'c young'], 1]);
});

test('S4: an age beyond what a timer can count is reached all the same', async () => {
  const { log, open } = watched({ ancient: 2 ** 31 + 5 });
  open('a');
  await vi.advanceTimersByTimeAsync(2 ** 31 + 4);
  expect(log).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(log).toEqual(['a ancient']);
});

test('S4: a watch that was stopped stays still', async () => {
  const { log, watch, open } = watched({ young: 100 });
  open('a');
  watch.stop();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(log).toEqual([]);
});
