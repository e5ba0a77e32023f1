import { describe, expect, test } from 'vitest';
import { LineSplitter, type OutputLine } from './line-splitter.ts';

/** All lines of `bytes`, given in chunks of `size`. */
function split(bytes: Uint8Array, size = bytes.length || 1, maxLine?: number): OutputLine[] {
  const splitter = new LineSplitter(maxLine);
  const lines: OutputLine[] = [];
  for (let at = 0; at < bytes.length; at += size) lines.push(...splitter.push(bytes.subarray(at, at + size)));
  return [...lines, ...splitter.end()];
}

function join(lines: readonly OutputLine[]): Buffer {
  return Buffer.concat(
    lines.flatMap(({ content, terminated }) => [content, Buffer.from(terminated ? '\n' : '')]),
  );
}

const texts = (lines: readonly OutputLine[]): string[] =>
  lines.map(({ content }) => Buffer.from(content).toString());

describe('SF-80: lines', () => {
  test('blank lines, carriage returns and a last line without an end are kept', () => {
    const lines = split(Buffer.from('a\r\n\n\rb\nlast'));
    expect(texts(lines)).toEqual(['a\r', '', '\rb', 'last']);
    expect(lines.map((line) => line.terminated)).toEqual([true, true, true, false]);
    expect(lines.every((line) => line.startsLine)).toBe(true);
  });

  test('no bytes are no lines; a line end alone is one empty line', () => {
    expect(split(Buffer.from(''))).toEqual([]);
    expect(texts(split(Buffer.from('\n')))).toEqual(['']);
  });

  test('any bytes come back, however they are chunked', () => {
    const bytes = Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 7919 + (at >> 3)) & 0xff));
    for (const size of [1, 2, 3, 7, 64, 1000, 4096]) {
      for (const maxLine of [4, 16, 10_000]) {
        expect(join(split(bytes, size, maxLine)).equals(bytes)).toBe(true);
      }
    }
  });
});

describe('S10: overlong lines', () => {
  test('come in pieces of which only the first starts a line', () => {
    const lines = split(Buffer.from(`${'x'.repeat(10)}\ny\n`), 4, 4);
    expect(texts(lines)).toEqual(['xxxx', 'xxxx', 'xx', 'y']);
    expect(lines.map((line) => line.startsLine)).toEqual([true, false, false, true]);
    expect(lines.map((line) => line.terminated)).toEqual([false, false, true, true]);
  });

  test('are not cut inside a character', () => {
    const lines = split(Buffer.from(`a${'☃'.repeat(5)}\n`), 16, 6);
    expect(texts(lines).join('')).toBe(`a${'☃'.repeat(5)}`);
    expect(texts(lines).some((text) => text.includes('\uFFFD'))).toBe(false);
  });

  test('a line of 50 MB passes, in pieces of 1 MiB', () => {
    const bytes = Buffer.alloc(50_000_001, 'z');
    bytes[50_000_000] = 0x0a;
    const lines = split(bytes, 65_536);
    expect(lines.length).toBe(48);
    expect(lines.at(-1)?.terminated).toBe(true);
    expect(lines.reduce((sum, line) => sum + line.content.length, 0)).toBe(50_000_000);
  });
});
