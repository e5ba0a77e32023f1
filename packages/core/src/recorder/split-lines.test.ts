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
  expect(splitLines(input)).toEqual(contents);
});
