import type { StoreError } from '@stepwell/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyContent, anyPattern } from '../fixtures/any-pattern.ts';
import { linePattern } from './line-pattern.ts';

const runs = Number(process.env.RUNS ?? 1);
const seed = process.env.SEED === undefined ? {} : { seed: Number(process.env.SEED) };

function find(pattern: string | RegExp, content: string | Uint8Array): number {
  return linePattern(pattern).find(Buffer.from(content as string));
}

/** One that the compiler does not accept as a literal. */
function expression(source: string): RegExp {
  return new RegExp(source);
}

function thrown(): never {
  throw new RangeError('no');
}

function refusalOf(make: () => unknown): StoreError {
  try {
    make();
  } catch (error) {
    return error as StoreError;
  }
  throw new Error('nothing was refused');
}

test('SF-50: offsets count bytes, whatever stands before', () => {
  expect(find('needle', 'ä😀 needle')).toBe(7);
  expect(find('n.+e$', Buffer.concat([Buffer.of(0xff, 0xc3, 0), Buffer.from('needle')]))).toBe(3);
  expect(find('😀', 'ä😀')).toBe(2);
  expect(find('[😀-😂]', 'ä😁')).toBe(2);
  expect(find('$', 'ä')).toBe(2);
  expect(find('^$', '')).toBe(0);
  expect(find('x*', 'yx')).toBe(0);
});

test('SF-50: a byte that is no UTF-8 is one character', () => {
  expect(find('^..$', Uint8Array.of(0xff, 0xfe))).toBe(0);
  expect(find('\ufffd', Uint8Array.of(0x61, 0xff))).toBe(1);
  expect(find('/', Uint8Array.of(0xc0, 0xaf))).toBe(-1);
});

test('SF-50: the flags of a RegExp mean what they mean', () => {
  expect(find(/error/, 'Error')).toBe(-1);
  expect(find(/error/i, 'an Error')).toBe(3);
  expect(find(/a.b/, 'a\nb')).toBe(-1);
  expect(find(/a.b/s, 'a\nb')).toBe(0);
  expect(find(/^b/, 'a\nb')).toBe(-1);
  expect(find(/^b/m, 'a\nb')).toBe(2);
  expect(find(/^.$/u, '😀')).toBe(0);
  expect(find(/^.$/, '😀')).toBe(0);
  expect(find(/\u{1F600}/u, 'a😀')).toBe(1);
  expect(find(/(?<year>\d{4})-\d\d/dg, 'in 2024-05')).toBe(3);
  expect(find(/a\/b/, 'xa/b')).toBe(1);
  expect(linePattern('ERROR', { ignoreCase: true }).find(Buffer.from('error'))).toBe(0);
  for (const flag of ['y', 'v'])
    expect(refusalOf(() => linePattern(new RegExp('a', flag)))).toMatchObject({ code: 'INVALID_ARGUMENT' });
});

test('SF-50: a RegExp that is searched with again and again answers the same', () => {
  const pattern = linePattern(/a/g);
  expect([1, 2, 3].map(() => pattern.find(Buffer.from('ba')))).toEqual([1, 1, 1]);
});

test('SF-50: a pattern shows what was given', () => {
  expect(linePattern(/a\/(?<n>b)/i).source).toBe('a\\/(?<n>b)');
  expect(linePattern('(?P<n>b)').source).toBe('(?P<n>b)');
});

test.each<[string | RegExp, string, number]>([
  [/ab(?=c)/, '(?=', 2],
  [/ab(?!c)/, '(?!', 2],
  [/x(?<=c)/, '(?<=c)', 1],
  [/\\1(a)\1/, '\\1', 6],
  [/(?<n>a)\k<n>/, '\\k', 7],
  [expression(String.raw`a\9`), '\\9', 1],
  [expression(String.raw`\\\Qa`), '\\Q', 2],
  ['ab**', '**', 2],
  ['[b-a]', 'b-a', 1],
  ['a{1001}', '{1001}', 1],
  ['x(y', 'x(y', 0],
  ['xy)', 'xy)', 0],
])(
  'S11: what cannot be answered in linear time, or is a mistake, is refused with its place: %s',
  (pattern, part, at) => {
    expect(refusalOf(() => linePattern(pattern))).toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: { part, at },
    });
  },
);

test.each<[string, unknown, unknown]>([
  ['a number', 7, {}],
  ['nothing', undefined, {}],
  ['null', null, {}],
  ['an object that looks like one', { source: 'a', flags: '' }, {}],
  ['a lone surrogate', '\ud800', {}],
  ['a backslash and no more', 'a\\', {}],
  ['more than anybody types', 'a'.repeat(4097), {}],
  ['a program as large as a book', '((a{30}){30}){2}|(b{999})', {}],
  ['an option that is none', 'a', { ignorecase: true }],
  ['a flag that is none', 'a', { ignoreCase: 1 }],
  ['options that are none', 'a', 7],
  ['no options', 'a', null],
  ['an option that cannot be read', 'a', new Proxy({}, { ownKeys: () => thrown() })],
  ['flags that cannot be read', Object.defineProperty(/a/, 'flags', { get: () => thrown() }), {}],
])('S11: %s is INVALID_ARGUMENT', (_, source, options) => {
  expect(refusalOf(() => linePattern(source as string, options as object))).toMatchObject({
    code: 'INVALID_ARGUMENT',
  });
});

/** Steps of the clock would say it too, on a machine that has nothing else to do: other engines take for ever here. */
test.each(['(a+)+$', '(a|aa)+$', '(a*)*b', '(.*)(.*)(.*)(.*)c$'])(
  'SF-50: %s answers, however long the line is',
  (pattern) => {
    const line = new Uint8Array(1 << 20).fill(0x61);
    line[line.length - 1] = 0x21;
    expect(find(pattern, line)).toBe(-1);
  },
);

test('SF-50: what JavaScript finds is found at the same place (property)', () => {
  let found = 0;
  fc.assert(
    fc.property(
      anyPattern,
      fc.boolean(),
      fc.array(anyContent, { minLength: 10, maxLength: 10 }),
      (source, ignoreCase, contents) => {
        // Only what both languages read alike.
        if (/\(\?i|\[\[:|\[\]|\^\]|\\p|\\b|\\B|\\w|\\S|\\-|\(\?P|\{,|[)}*+?]\{|\{\{/.test(source)) return;
        let native: RegExp;
        let pattern: ReturnType<typeof linePattern>;
        try {
          native = new RegExp(source, ignoreCase ? 'iu' : 'u');
          pattern = linePattern(source, { ignoreCase });
        } catch {
          return;
        }
        for (const content of contents) {
          const text = content.toString();
          if (!Buffer.from(text).equals(content)) continue;
          const at = native.exec(text)?.index ?? -1;
          const expected = at < 0 ? -1 : Buffer.byteLength(text.slice(0, at));
          expect(pattern.find(content), `${source} in ${JSON.stringify(text)}`).toBe(expected);
          if (at > 0) found += 1;
        }
      },
    ),
    { numRuns: 3000 * runs, ...seed },
  );
  expect(found).toBeGreaterThan(100);
});
