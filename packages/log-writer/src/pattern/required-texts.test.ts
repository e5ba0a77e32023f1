import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyContent, anyPattern } from '../fixtures/any-pattern.ts';
import { linePattern } from './line-pattern.ts';
import { requiredTexts } from './required-texts.ts';

const runs = Number(process.env.RUNS ?? 1);
const seed = process.env.SEED === undefined ? {} : { seed: Number(process.env.SEED) };

test.each<[string, readonly string[] | undefined]>([
  ['error', ['error']],
  ['error: .* failed', ['error: ']],
  ['at .* failed', [' failed']],
  ['(error|fatal): ', ['error', 'fatal']],
  ['(?:exit) code [1-9]', ['exit code ']],
  ['colou?r', ['colo']],
  ['ab+cde', ['cde']],
  ['(abc)+', ['abc']],
  ['(abc)*', undefined],
  ['a|', undefined],
  ['.*', undefined],
  ['', undefined],
  ['x{0,3}', undefined],
  ['x{2}yz', ['yz']],
  ['\\bworker\\b', ['worker']],
  ['^\\[info\\] ', ['[info] ']],
  ['\\x41\\x{1F600}', ['A😀']],
  ['\\Qa.b\\E', undefined],
  ['a{,3}', ['a{,3}']],
  ['[a-z]+', undefined],
  ['[]x]yz[[:alpha:]]', ['yz']],
  ['\ufffdab', ['ab']],
  ['a(?i)b', undefined],
])('SF-50: what %s requires', (pattern, texts) => {
  expect(requiredTexts(pattern, false)?.texts).toEqual(texts);
  expect(linePattern(pattern).required).toEqual(texts);
});

test.each<[string, readonly string[] | undefined]>([
  ['Error', ['error']],
  ['Task failed', [' failed']],
  ['ks', undefined],
  ['Größe: 5', ['e: 5']],
])('SF-50: what %s requires in any case: nothing that has another form beyond ASCII', (pattern, texts) => {
  const expected = texts && { texts, ignoreCase: true };
  expect(requiredTexts(pattern, true)).toEqual(expected);
  expect(requiredTexts(`(?i)${pattern}`, false)).toEqual(expected);
});

test('SF-50: a line that matches holds a text that its pattern requires (property)', () => {
  let required = 0;
  fc.assert(
    fc.property(
      anyPattern,
      fc.boolean(),
      fc.array(anyContent, { minLength: 20, maxLength: 20 }),
      (source, ignoreCase, contents) => {
        let pattern: ReturnType<typeof linePattern>;
        try {
          pattern = linePattern(source, { ignoreCase });
        } catch {
          return;
        }
        if (pattern.required === undefined) return;
        required += 1;
        const fold = (text: string) =>
          pattern.requiredIgnoreCase ? text.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : text;
        const needles = pattern.required.map((text) => Buffer.from(text).toString('latin1'));
        for (const content of contents) {
          if (pattern.find(content) < 0) continue;
          const text = fold(content.toString('latin1'));
          expect(
            needles.some((needle) => text.includes(needle)),
            `${source} in ${JSON.stringify(content.toString())}`,
          ).toBe(true);
        }
      },
    ),
    { numRuns: 3000 * runs, ...seed },
  );
  expect(required).toBeGreaterThan(500);
});
