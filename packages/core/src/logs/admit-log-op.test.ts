import { expect, test } from 'vitest';
import { codeOf } from '../fixtures/code-of.ts';
import { admitLogOp } from './admit-log-op.ts';
import type { LogLineInit } from './log-line.ts';
import { appendLines, type LogOp } from './log-op.ts';

test('SF-64: a line has its defaults, and the time of the call', () => {
  const before = Date.now();
  const [line] = appendLines('s', ['hello']).lines;
  expect(line).toMatchObject({ content: 'hello', level: 'info', source: 'log', terminated: true });
  expect(line?.at).toBeGreaterThanOrEqual(before);
  const whole = { content: 'x', at: 5, level: 'error', source: 'stderr', terminated: false } as const;
  expect(appendLines('s', [whole]).lines).toEqual([whole]);
  const bytes = Uint8Array.of(0, 255);
  expect(appendLines('s', [bytes, { content: bytes }]).lines.map(({ content }) => content)).toEqual([
    bytes,
    bytes,
  ]);
});

test('S11: a field that no line has is refused by its name', () => {
  const line = { content: 'x', lvl: 'error' };
  expect(() => appendLines('s', ['fine', line])).toThrowError('a line has no field "lvl"');
});

test('S11: lines that cannot be read are INVALID_ARGUMENT', async () => {
  const { proxy, revoke } = Proxy.revocable<string[]>([], {});
  revoke();
  const thrower: LogLineInit = {
    get content(): string {
      throw new RangeError('no');
    },
  };
  for (const lines of [proxy, [proxy as unknown as string], [thrower]])
    expect(await codeOf(() => appendLines('s', lines))).toBe('INVALID_ARGUMENT');
});

test('SF-64: text and bytes of any kind are admitted, and counted', () => {
  const size = (content: string | Uint8Array): number => admitLogOp(appendLines('s', [content]));
  expect(size('x'.repeat(1_000)) - size('')).toBe(1_000);
  expect(size(new Uint8Array(500)) - size('')).toBe(500);
  for (const content of ['', 'nul\0', 'two\nlines', '🙂', '\u{10ffff}', Uint8Array.of(0xff, 0xfe, 0)]) {
    expect(size(content)).toBeGreaterThan(0);
  }
  expect(admitLogOp(appendLines('s', []))).toBeGreaterThan(0);
});

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['null', null],
  ['a record op', { type: 'put' }],
  ['no stream', { type: 'append-lines', lines: [] }],
  ['an empty stream', appendLines('', ['x'])],
  ['a stream that is too long', appendLines('x'.repeat(1025), ['x'])],
  ['a stream with NUL', appendLines('a\0b', ['x'])],
  ['no lines', { type: 'append-lines', stream: 's' }],
  ['lines that are a text', { type: 'append-lines', stream: 's', lines: 'abc' }],
  ['a line that is nothing', { type: 'append-lines', stream: 's', lines: [undefined] }],
  ['a line that is null', { type: 'append-lines', stream: 's', lines: [null] }],
  ['a line that is a text', { type: 'append-lines', stream: 's', lines: ['raw'] }],
])('SF-64: %s is INVALID_ARGUMENT', async (_, op) => {
  expect(await codeOf(() => admitLogOp(op as LogOp))).toBe('INVALID_ARGUMENT');
});

test.each<[string, Partial<Record<keyof LogLineInit, unknown>>]>([
  ['a lone surrogate', { content: 'cut \ud83d' }],
  ['a number', { content: 7 }],
  ['an array', { content: [1, 2] }],
  ['a time before the epoch', { at: -1 }],
  ['a time that is none', { at: Number.NaN }],
  ['a Date', { at: new Date() }],
  ['no such level', { level: 'fatal' }],
  ['a level of the prototype', { level: 'toString' }],
  ['no such source', { source: 'stdin' }],
  ['an unclear end', { terminated: 1 }],
])('SF-64: a line with %s is INVALID_ARGUMENT', async (_, change) => {
  const line = { content: 'x', at: 1, level: 'info', source: 'log', terminated: true, ...change };
  const op = { type: 'append-lines', stream: 's', lines: [line] };
  expect(await codeOf(() => admitLogOp(op as unknown as LogOp))).toBe('INVALID_ARGUMENT');
});
