import { expect, test } from 'vitest';
import { below, seeded } from '../fixtures/random.ts';
import { findBytesOf } from './byte-finder.ts';
import { TextFinder } from './text-finder.ts';

/** What is found by folding everything first. */
function allPlaces(content: Buffer, text: string, ignoreCase: boolean): number[] {
  const fold = (bytes: Buffer) =>
    ignoreCase
      ? Buffer.from(
          bytes.toString('latin1').replace(/[A-Z]/g, (letter) => letter.toLowerCase()),
          'latin1',
        )
      : bytes;
  const [hay, needle] = [fold(content), fold(Buffer.from(text))];
  const places: number[] = [];
  for (let at = hay.indexOf(needle); at >= 0; at = hay.indexOf(needle, at + 1)) places.push(at);
  return places;
}

function found(content: Buffer, text: string, ignoreCase: boolean): number[] {
  const find = findBytesOf(text, ignoreCase);
  const places: number[] = [];
  for (let at = find(content, 0); at >= 0; at = find(content, at + 1)) places.push(at);
  return places;
}

/** Content in which some letters are rare, and some are not. */
function randomContent(random: () => number, length: number, letters: string): Buffer {
  return Buffer.from(
    Array.from({ length }, () => {
      if (below(random, 400) === 0) return ['Zebra', 'zEBRÄ', 'ä', 'Ä', 'k\u212a'][below(random, 5)];
      return letters[below(random, letters.length)];
    }).join(''),
  );
}

test.each([1, 2, 3])(
  'SF-50: a text is found wherever it is, in any case where that is asked (seed %i)',
  (seed) => {
    const random = seeded(seed);
    const texts = ['a', 'Z', 'ab', 'bA', 'zebra', 'ebr', 'aaba', 'EBRÄ', 'ä', 'k', '12', 'ab 12', 'zz'];
    for (const length of [0, 3, 200, 9_000, 40_000]) {
      for (const letters of ['ab', 'abAB 12', 'abcdefghijklmnopqrstuvwxy 0123456789']) {
        const content = randomContent(random, length, letters);
        for (const text of texts)
          for (const ignoreCase of [false, true])
            expect(found(content, text, ignoreCase), `${text} in ${length} of ${letters}`).toEqual(
              allPlaces(content, text, ignoreCase),
            );
      }
    }
  },
);

test('SF-50: what was learnt of one content says nothing of another', () => {
  const finder = new TextFinder(['one', 'two'], false);
  const [both, none, late] = [
    Buffer.from('a two one'),
    Buffer.from('neither...'),
    Buffer.from('at last: one'),
  ];
  expect([finder.isIn(both), finder.next(both, 0), finder.next(both, 3), finder.next(both, 7)]).toEqual([
    true,
    2,
    6,
    9,
  ]);
  expect(finder.next(both, 0)).toBe(2);
  expect([finder.isIn(none), finder.next(none, 0)]).toEqual([false, none.length]);
  expect([finder.isIn(late), finder.next(late, 4), finder.next(both, 0)]).toEqual([true, 9, 2]);
});
