import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SortedMap } from './sorted-map.ts';

const operation = fc.record({
  key: fc.integer({ min: 0, max: 30 }),
  value: fc.option(fc.nat(), { nil: undefined }),
});

test('S4: every version of a sorted map keeps what it held', () => {
  fc.assert(
    fc.property(fc.array(operation), fc.integer({ min: 0, max: 31 }), (operations, from) => {
      let map = new SortedMap<number, number>((a, b) => a - b);
      const model = new Map<number, number>();
      const versions: { map: SortedMap<number, number>; expected: [number, number][] }[] = [];
      for (const { key, value } of operations) {
        map = value === undefined ? map.delete(key) : map.set(key, value);
        if (value === undefined) model.delete(key);
        else model.set(key, value);
        versions.push({ map, expected: [...model].sort(([a], [b]) => a - b) });
      }
      for (const version of versions) {
        const { expected } = version;
        expect([...version.map.entries()]).toEqual(expected);
        expect([...version.map.entries(from)]).toEqual(expected.filter(([key]) => key >= from));
        expect([...version.map.reversed()]).toEqual(expected.toReversed());
        expect([...version.map.values()]).toEqual(expected.map(([, value]) => value));
        expect(version.map.size).toBe(expected.length);
        for (const [key, value] of expected) expect(version.map.get(key)).toBe(value);
        expect(version.map.has(99)).toBe(false);
      }
    }),
  );
});

test('S10: a sorted map stays shallow when keys come in order', () => {
  let map = new SortedMap<number, number>((a, b) => a - b);
  // A tree without balance would overflow the stack long before this.
  for (let key = 1; key <= 50_000; key += 1) map = map.set(key, key);
  expect(map.size).toBe(50_000);
  expect(map.reversed().next().value).toEqual([50_000, 50_000]);
});
