import { expect, test } from 'vitest';
import { splitLines } from './split-lines.ts';

test.each([
  ['one', ['one']],
  ['', ['']],
  ['\n', ['']],
  ['one\n', ['one']],
  ['one\ntwo', ['one', 'two']],
  ['one\r\ntwo\r\n', ['one', 'two']],
  ['one\n\n\ntwo\n\n', ['one', '', '', 'two', '']],
  ['carriage\rreturn', ['carriage\rreturn']],
  ['  kept \t', ['  kept \t']],
])('SF-64: %j is %j', (input, contents) => {
  expect(splitLines(input, 5)).toEqual(contents.map((content) => ({ content, at: 5 })));
});

test('SF-64: a line with details stays one line, and keeps the time that it brings', () => {
  expect(splitLines({ content: 'a\nb', level: 'error' }, 5)).toEqual([
    { content: 'a\nb', level: 'error', at: 5 },
  ]);
  expect(splitLines({ content: 'a', at: 3 }, 5)).toEqual([{ content: 'a', at: 3 }]);
});
