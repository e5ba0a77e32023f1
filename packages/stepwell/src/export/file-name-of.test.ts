import { expect, test } from 'vitest';
import { fileNameOf } from './file-name-of.ts';

test.each([
  '018f4c5e-7a3b-7c21-9d4e-0123456789ab',
  'import-9',
  'a',
  '_x',
  'a..b',
  'v1.2.3',
  'console',
  'nuls',
  'x'.repeat(100),
])('a plain id is its own name: %s', (id) => {
  expect(fileNameOf(id)).toBe(id);
});

/** What users may call a step, and what file systems make of it. */
const hostile = [
  '.',
  '..',
  '../..',
  '../../etc/passwd',
  '/etc/passwd',
  'a/b',
  'a\\b',
  'C:\\x',
  'C:x',
  'a:b',
  'a\0b',
  '\0',
  'a\nb',
  '',
  ' ',
  ' a',
  'a ',
  'a.',
  'a..',
  '.a',
  '-rf',
  '--help',
  '~',
  '~root',
  'a~b',
  '$HOME',
  '%TEMP%',
  '*',
  '?',
  '<a>',
  '|',
  '"',
  "'",
  'a&b',
  'con',
  'CON',
  'Con',
  'prn',
  'aux',
  'nul',
  'NUL',
  'com1',
  'COM9',
  'lpt1',
  'con.txt',
  'nul.log',
  'com1.a.b',
  'com¹',
  'conin$',
  'ABC',
  'Abc',
  'aBC',
  'ÀB',
  'àb',
  'é',
  'e\u0301',
  'ﬁ',
  'fi\u200d',
  'ß',
  'SS',
  'ẞ',
  'İ',
  'ı',
  'K',
  '日本',
  '🙂',
  '🙂🙃',
  '\u202egol.exe',
  '\ud800',
  '\udfff',
  'x'.repeat(101),
  'x'.repeat(102),
  'x'.repeat(4096),
  `${'x'.repeat(4095)}y`,
  'ü'.repeat(2048),
  'execution.log/x',
];

test('a hostile one is a safe name', () => {
  for (const id of hostile) {
    const name = fileNameOf(id);
    expect(name, id).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_-]*~[0-9a-f]{32}$|^~[0-9a-f]{32}$/);
    expect(name.length).toBeLessThan(80);
    expect(fileNameOf(id)).toBe(name);
  }
});

test('no two ids have one name, whatever the file system folds', () => {
  // What one id is made into may be the id of another.
  const ids = [
    ...hostile,
    ...hostile.map(fileNameOf),
    'abc',
    'con_',
    'a_b',
    'x'.repeat(100),
    'k',
    'ss',
    'fi',
  ];
  const folded = new Set(ids.map((id) => fileNameOf(id).normalize('NFKC').toLowerCase()));
  expect(folded.size).toBe(ids.length);
});
