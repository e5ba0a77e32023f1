import { describe, expect, test } from 'vitest';
import { LineSplitter, type SplitLine } from './line-splitter.ts';

/** The lines of these chunks, as `text` or `text…` when they were not terminated. */
function split(chunks: readonly (string | Uint8Array)[], maxLine = 1000): string[] {
  return linesOf(chunks, maxLine).map(({ content, terminated }) => `${content}${terminated ? '' : '…'}`);
}

function linesOf(chunks: readonly (string | Uint8Array)[], maxLine: number): SplitLine[] {
  const splitter = new LineSplitter(maxLine);
  const copy = (line: SplitLine): SplitLine => ({ ...line, content: Buffer.from(line.content) });
  const pushed = chunks.flatMap((chunk) => [...splitter.push(Buffer.from(chunk))].map(copy));
  return [...pushed, ...[...splitter.end()].map(copy)];
}

function joined(lines: readonly SplitLine[]): Buffer {
  return Buffer.concat(
    lines.flatMap(({ content, terminated }) => [content, Buffer.from(terminated ? '\n' : '')]),
  );
}

describe('SF-80: lines', () => {
  test.each<[string, string[], string[]]>([
    ['nothing', [], []],
    ['empty chunks', ['', ''], []],
    ['one line end', ['\n'], ['']],
    ['empty lines', ['\n\na\n\n'], ['', '', 'a', '']],
    ['no last line end', ['a\nb'], ['a', 'b…']],
    [
      'redraws stay in their line, and \\r\\n keeps its \\r',
      ['10%\r50%\r', '\r100%\r\nend\r'],
      ['10%\r50%\r\r100%\r', 'end\r…'],
    ],
    ['a line in many chunks', ['a', 'b', '', 'c\nd', '\n'], ['abc', 'd']],
    ['other line ends of Unicode', ['a\u2028b\u0085c\vd\n'], ['a\u2028b\u0085c\vd']],
  ])('%s', (_, chunks, lines) => {
    expect(split(chunks)).toEqual(lines);
  });

  test('chunks may end inside a character', () => {
    const bytes = Buffer.from('größe 🙂\n日本\n');
    const chunks = Array.from(bytes, (byte) => Uint8Array.of(byte));
    expect(split(chunks)).toEqual(['größe 🙂', '日本']);
  });

  test('an overlong line comes in pieces that cut no character', () => {
    expect(split(['abcdefgh\nabcd\nabcde'], 4)).toEqual(['abcd…', 'efgh', 'abcd', 'abcd…', 'e…']);
    expect(split(['abc', 'def', 'ghi', 'j\n'], 4)).toEqual(['abcd…', 'efgh…', 'ij']);
    expect(split(['aaa🙂b\n'], 5)).toEqual(['aaa…', '🙂b']);
    expect(split([Buffer.alloc(9, 0x80)], 4)).toHaveLength(3);
  });

  test('whatever the chunks and the longest line, the bytes are those that went in, and so are the lines', () => {
    let seed = 7;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return (seed >>> 8) % below;
    };
    for (let round = 0; round < 300; round += 1) {
      const bytes = Buffer.from(
        Array.from({ length: random(200) }, () => [10, 13, 0, 0xc3, 0xa4, 97][random(6)] ?? 0),
      );
      const chunks: Buffer[] = [];
      for (let at = 0; at < bytes.length; ) {
        const end = at + random(9);
        chunks.push(bytes.subarray(at, end));
        at = end;
      }
      expect(linesOf(chunks, 1000)).toEqual(linesOf([bytes], 1000));
      const maxLine = 1 + random(12);
      const pieces = linesOf(chunks, maxLine);
      expect(joined(pieces).equals(bytes)).toBe(true);
      expect(Math.max(0, ...pieces.map(({ content }) => content.length))).toBeLessThanOrEqual(
        Math.max(4, maxLine),
      );
    }
  });
});
