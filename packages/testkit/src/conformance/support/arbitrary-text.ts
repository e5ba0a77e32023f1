import fc from 'fast-check';

/** Any text that may be stored: every code point but NUL; surrogates only in pairs. */
export const anyText: fc.Arbitrary<string> = fc
  .string({ unit: 'binary', maxLength: 12 })
  .map((text) => text.replaceAll('\0', ''));

/** Any text that may be a key. */
export const anyKey: fc.Arbitrary<string> = anyText.filter((text) => text !== '');

/** Texts that have broken stores before. */
export const hostileKeys: readonly string[] = [
  '__proto__',
  'constructor',
  'toString',
  "'; DROP TABLE executions; --",
  '" OR 1=1 --',
  '%',
  '_',
  '?1',
  ':id',
  '../../etc/passwd',
  'a/b',
  'a\\b',
  'CON',
  'nul.txt',
  '.',
  '..',
  ' ',
  ' a',
  'a ',
  'a',
  'A',
  'ä',
  'a\u0308',
  '\u200b',
  '\ufeff',
  '\n',
  '\t',
  '😀',
  '\uffee',
  '0',
  '-1',
  '1e3',
  'null',
  'undefined',
  'x'.repeat(1024),
  '😀'.repeat(512),
];
