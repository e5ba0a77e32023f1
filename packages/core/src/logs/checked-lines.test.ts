import { expect, test } from 'vitest';
import { codeOf } from '../fixtures/code-of.ts';
import { admitLogOp } from './admit-log-op.ts';
import { copyLogOp } from './copy-log-op.ts';
import { lineColumnsOf } from './line-columns-of.ts';
import type { LogLineInit } from './log-line.ts';
import { type AppendLinesOp, appendLines } from './log-op.ts';

const mixed: readonly LogLineInit[] = [
  { content: 'first', at: 5, level: 'info', source: 'log', terminated: true },
  { content: Uint8Array.of(1, 2), at: 5, level: 'info', source: 'log', terminated: true },
  { content: '', at: 5, level: 'error', source: 'log', terminated: true },
  { content: Uint8Array.of(), at: 7, level: 'error', source: 'stderr', terminated: true },
  { content: Uint8Array.of(255), at: 6, level: 'info', source: 'log', terminated: false },
];

test('S2: what appendLines made is copied and checked already, and nobody can change it', () => {
  const op = appendLines('s', mixed);
  expect(copyLogOp(op)).toBe(op);
  expect(Object.isFrozen(op) && Object.isFrozen(op.lines)).toBe(true);
  expect(op.lines).toEqual(mixed);
  for (const { content } of op.lines) if (typeof content !== 'string') content.fill(9);
  expect(appendLines('s', mixed).lines).toEqual(mixed);
  expect(lineColumnsOf(op).bytes).toEqual(Uint8Array.of(1, 2, 255));
});

test('S2: bytes are copied when the op is made: their buffer may be filled again at once', () => {
  const bytes = Uint8Array.of(1, 2, 3);
  const lines = [bytes, { content: bytes }];
  const op = appendLines('s', lines);
  bytes.fill(9);
  lines.length = 0;
  expect(op.lines.map(({ content }) => content)).toEqual([Uint8Array.of(1, 2, 3), Uint8Array.of(1, 2, 3)]);
});

test('SF-64: an op from elsewhere has the same columns and the same size', () => {
  const op = appendLines('s', mixed);
  const elsewhere: AppendLinesOp = { ...op };
  expect(elsewhere).toEqual({ type: 'append-lines', stream: 's', lines: mixed });
  expect(copyLogOp(elsewhere)).not.toBe(elsewhere);
  expect(lineColumnsOf(elsewhere)).toEqual(lineColumnsOf(op));
  expect(admitLogOp(elsewhere)).toBe(admitLogOp(op));
});

test('SF-64: lines of one time and one kind have one of each; others a list', () => {
  const { times, kinds } = lineColumnsOf(appendLines('s', mixed));
  expect(times).toEqual([5, 5, 5, 7, 6]);
  expect(kinds).toMatchObject(mixed.map(({ level, source, terminated }) => ({ level, source, terminated })));
  const same = lineColumnsOf(
    appendLines('s', [
      { content: 'a', at: 5, level: 'debug' },
      { content: 'b', at: 5, level: 'debug' },
    ]),
  );
  expect([same.times, same.kinds]).toEqual([5, { level: 'debug', source: 'log', terminated: true }]);
});

test('S11: what looks like such an op is copied and checked like any other', async () => {
  const op = appendLines('s', ['fine']);
  const wrong = { content: 7, at: 1, level: 'info', source: 'log', terminated: true };
  const forged: unknown[] = [
    Object.create(op, { lines: { value: [wrong], enumerable: true } }),
    Object.setPrototypeOf({ type: 'append-lines', stream: 's', lines: [wrong] }, Object.getPrototypeOf(op)),
    { ...op, lines: [wrong] },
    new Proxy(op, { get: (_, field) => (field === 'lines' ? [wrong] : Reflect.get(op, field)) }),
  ];
  for (const given of forged) {
    expect(copyLogOp(given as AppendLinesOp)).not.toBe(given);
    expect(await codeOf(() => admitLogOp(given as AppendLinesOp))).toBe('INVALID_ARGUMENT');
  }
  expect(op.constructor).toBe(Object);
});

test('S11: bytes that say a wrong length of themselves are as long as they are', () => {
  class Liar extends Uint8Array {
    override get byteLength(): number {
      return 1_000;
    }
  }
  const op = appendLines('s', [Liar.of(1, 2), Uint8Array.of(3)]);
  expect(lineColumnsOf(op)).toMatchObject({ contents: [2, 1], bytes: Uint8Array.of(1, 2, 3) });
});

test.each<[string, unknown]>([
  ['what only looks like bytes', Object.create(Uint8Array.prototype)],
  ['a number', 7],
  ['a lone surrogate', '\ud83d'],
  ['a second half of a pair', '\ude00'],
])('S11: %s among good lines is refused, when it is written', async (_, content) => {
  const op = appendLines('s', ['\ud83d\ude00', content as string, 'good']);
  expect(await codeOf(() => admitLogOp(copyLogOp(op)))).toBe('INVALID_ARGUMENT');
});

test.each(['at', 'level', 'source', 'terminated'])(
  'S11: %s that is null is refused, when it is written: a default stands for what is left out',
  async (field) => {
    const line = (value: unknown) => ({ content: 'x', [field]: value }) as unknown as LogLineInit;
    expect(await codeOf(() => admitLogOp(copyLogOp(appendLines('s', [line(null)]))))).toBe(
      'INVALID_ARGUMENT',
    );
    expect(admitLogOp(appendLines('s', [line(undefined)]))).toBeGreaterThan(0);
  },
);
