import { expect, test } from 'vitest';
import { below, seeded } from '../fixtures/random.ts';
import { maxMergedBytes, planMerges, type SealedShare } from './plan-compaction.ts';

const mebibyte = 1024 ** 2;

/** Segments 1, 2, 3, … of so many MiB; `[8, 0.6]`: and of 100 lines so large a part is pruned. */
function segments(...sizes: readonly (number | readonly [size: number, pruned: number])[]): SealedShare[] {
  return sizes.map((given, place) => {
    const [size, share] = typeof given === 'number' ? [given, 0] : given;
    return { id: place + 1, bytes: size * mebibyte, lines: 100, pruned: 100 * share };
  });
}

const times = (count: number, size: number): number[] => new Array<number>(count).fill(size);

test.each<[string, SealedShare[], number[][]]>([
  ['nothing', [], []],
  ['seven of like size', segments(...times(7, 10)), []],
  ['eight of like size', segments(...times(8, 10)), [[1, 2, 3, 4, 5, 6, 7, 8]]],
  ['eight, but one that is too large parts them', segments(...times(4, 10), 600, ...times(4, 10)), []],
  ['eight behind a larger one', segments(80, ...times(8, 10)), [[2, 3, 4, 5, 6, 7, 8, 9]]],
  ['seven behind one that outweighs them', segments(80, ...times(7, 10)), []],
  [
    'small ones between large ones, which outweigh nobody',
    segments(20, 1, 20, 1, 20, 1, 20, 1),
    [[1, 2, 3, 4, 5, 6, 7, 8]],
  ],
  [
    'each tier by itself',
    segments(...times(8, 70), ...times(8, 9), ...times(8, 2)),
    [
      [1, 2, 3, 4, 5, 6, 7, 8],
      [9, 10, 11, 12, 13, 14, 15, 16],
      [17, 18, 19, 20, 21, 22, 23, 24],
    ],
  ],
  [
    'what does not fit into one file',
    segments(...times(10, 200)),
    [
      [1, 2, 3, 4, 5],
      [6, 7, 8, 9, 10],
    ],
  ],
  ['those that are large enough', segments(...times(20, 600)), []],
  ['half of it pruned', segments([10, 0.5]), []],
  ['more than half of it pruned', segments(10, [10, 0.51], 10), [[2]]],
  ['neighbours that are pruned', segments(10, [10, 0.6], [600, 1], 10, [10, 0.9]), [[2, 3], [5]]],
  [
    'pruned ones count for what is left of them',
    segments([300, 0.97], ...times(7, 10)),
    [[1, 2, 3, 4, 5, 6, 7, 8]],
  ],
])('what pays: %s', (_what, given, expected) => {
  expect(planMerges(given)).toEqual(expected);
});

test.each<[string, SealedShare[], number[][]]>([
  ['nothing', [], []],
  ['one', segments(10), []],
  ['one of which a line is pruned', segments([10, 0.01]), [[1]]],
  ['all that fits into one file', segments(600, 10, 300), [[1, 2, 3]]],
  ['the rest into the next', segments(600, 10, 500, 1024, 1), [[1, 2]]],
  ['one that is beyond all bounds', segments(1, 2000, 1, 1), [[3, 4]]],
  [
    'no more than 64 at once',
    segments(...times(70, 1)),
    [segments(...times(64, 1)).map(({ id }) => id), [65, 66, 67, 68, 69, 70]],
  ],
])('full: %s', (_what, given, expected) => {
  expect(planMerges(given, { full: true })).toEqual(expected);
});

/** Up to a hundred segments, some of them beyond what one file may hold. */
function randomSegments(seed: number): SealedShare[] {
  const random = seeded(seed);
  const roll = (limit: number) => below(random, limit);
  const largest = roll(2) === 0 ? 100 : 3000;
  return Array.from({ length: roll(100) }, (_, id) => {
    const lines = roll(100);
    return { id, bytes: (1 + roll(largest)) * mebibyte, lines, pruned: roll(2) * roll(lines + 1) };
  });
}

/** The log after a merge of some of its segments. */
function merged(log: readonly SealedShare[], group: readonly number[], id: number): SealedShare[] {
  const inputs = log.filter((one) => group.includes(one.id));
  const output = merge(inputs, id);
  return log.flatMap((one) => (one === inputs[0] ? [output] : inputs.includes(one) ? [] : [one]));
}

test.each([true, false])('groups are neighbours, apart, and planning comes to an end (full: %s)', (full) => {
  for (let seed = 1; seed <= 500; seed++) {
    let log = randomSegments(seed);
    for (let round = 1; ; round++) {
      const groups = planMerges(log, { full });
      if (groups.length === 0) break;
      expect(round, `seed ${seed}`).toBeLessThan(12);
      const places = groups.map((group) => group.map((id) => log.findIndex((one) => one.id === id)));
      for (const group of places) {
        expect(group, `seed ${seed}`).toEqual(group.map((_place, i) => (group[0] ?? 0) + i));
      }
      expect(places.flat(), `seed ${seed}`).toEqual([...new Set(places.flat())].sort((a, b) => a - b));
      for (const [place, group] of groups.entries()) {
        const id = round * 1000 + place;
        log = merged(log, group, id);
        const bytes = log.find((one) => one.id === id)?.bytes;
        if (group.length > 1) expect(bytes, `seed ${seed}`).toBeLessThanOrEqual(maxMergedBytes);
      }
    }
    if (full) expect(log.filter(({ pruned }) => pruned > 0)).toEqual([]);
  }
});

function merge(inputs: readonly SealedShare[], id: number): SealedShare {
  let bytes = 0;
  let lines = 0;
  for (const input of inputs) {
    bytes += input.lines === 0 ? input.bytes : input.bytes * (1 - input.pruned / input.lines);
    lines += input.lines - input.pruned;
  }
  return { id, bytes, lines, pruned: 0 };
}

test('a byte is not rewritten again and again while segments are added one by one', () => {
  let log: SealedShare[] = [];
  let written = 0;
  const added = 1000;
  for (let id = 1; id <= added; id++) {
    log.push({ id, bytes: 10 * mebibyte, lines: 100, pruned: 0 });
    for (const group of planMerges(log)) {
      written += merge(
        log.filter((one) => group.includes(one.id)),
        0,
      ).bytes;
      log = merged(log, group, 10_000 + id);
    }
  }
  expect(written / (added * 10 * mebibyte)).toBeLessThan(3);
  expect(log.length).toBeLessThan(40);
});
