import assert from 'node:assert/strict';
import { appendLines, type LogLineInit, type LogOp, logLevels, logSources } from '@stepwell/core';
import fc from 'fast-check';
import { checkProperty } from '../support/check-property.ts';
import { rejectsWith } from '../support/rejects-with.ts';
import { type LogGroup, logGroup } from './group.ts';
import { linesOf, streamsOf } from './read-logs.ts';

const at = 1_700_000_000_000;

/** Contents that line-based formats lose, split or mend. */
const difficult: readonly (string | Uint8Array)[] = [
  '',
  '\n',
  'a\nb',
  'a\r\nb\r',
  '\0',
  'a\0b\0',
  ' leading and trailing ',
  '\t',
  '\u2028\u2029',
  '\ufeffbyte order mark',
  '😀 ä \u0301',
  '\u001b[31mred\u001b[0m',
  Uint8Array.of(0xff, 0xfe, 0x00, 0x80),
  Uint8Array.of(0xc3),
  Uint8Array.of(0xed, 0xa0, 0x80),
  Uint8Array.of(0xf4, 0x90, 0x80, 0x80),
  Uint8Array.from({ length: 256 }, (_, byte) => byte),
  '{"json": "\\u0000"}',
];

function bytesOf(content: string | Uint8Array): Buffer {
  return Buffer.from(content as string);
}

export const content: LogGroup = logGroup('bytes come back exactly', {
  'SF-46: invalid UTF-8, empty lines, NUL, CR, LF and control characters come back as they went in': async (
    bed,
  ) => {
    let store = await bed.open();
    await store.write([appendLines('s', difficult)]);
    for (const when of ['at once', 'after a reopen']) {
      const lines = await linesOf(store, 's');
      assert.equal(lines.length, difficult.length);
      for (const [place, line] of lines.entries()) {
        const expected = bytesOf(difficult[place] ?? '');
        assert.deepStrictEqual(Buffer.from(line.bytes), expected, `line ${place + 1}, ${when}`);
        assert.equal(line.text, new TextDecoder('utf-8', { ignoreBOM: true }).decode(expected));
      }
      store = await bed.reopen(store);
    }
  },

  'SF-46: a line of a megabyte comes back whole, among short ones': async (bed) => {
    const long = Uint8Array.from({ length: 1 << 20 }, (_, place) => (place * 31) % 251);
    let store = await bed.open();
    await store.write([appendLines('s', ['before', long, 'after'])]);
    await store.write([appendLines('s', [long])]);
    store = await bed.reopen(store);
    const lines = await linesOf(store, 's');
    assert.deepStrictEqual(
      lines.map(({ bytes }) => bytes.byteLength),
      [6, long.length, 5, long.length],
    );
    assert.ok(
      Buffer.from(lines[1]?.bytes ?? []).equals(long) && Buffer.from(lines[3]?.bytes ?? []).equals(long),
    );
  },

  'SF-46: level, source, time and the missing last line end are kept': async (bed) => {
    const inits: LogLineInit[] = logLevels.flatMap((level, row) =>
      logSources.map((source, column) => ({
        content: `${level} ${source}`,
        at: at + row * 10 - column,
        level,
        source,
      })),
    );
    inits.push({ content: 'unterminated', at: 0, terminated: false }, { content: 'latest', at: 8.64e15 });
    let store = await bed.open();
    await store.write([appendLines('s', inits)]);
    for (const _ of ['at once', 'after a reopen']) {
      const lines = await linesOf(store, 's');
      const stored = lines.map(({ text, at: time, level, source, terminated }) => ({
        text,
        time,
        level,
        source,
        terminated,
      }));
      const expected = inits.map(
        ({ content: text, at: time, level = 'info', source = 'log', terminated = true }) => ({
          text,
          time,
          level,
          source,
          terminated,
        }),
      );
      assert.deepStrictEqual(stored, expected);
      store = await bed.reopen(store);
    }
  },

  'SF-46: any bytes, in any batches, come back (property)': async (bed) => {
    const store = await bed.open();
    const expected: Buffer[] = [];
    const anyContent = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc
        .tuple(fc.nat(255), fc.integer({ min: 1000, max: 5000 }))
        .map(([byte, length]) => new Uint8Array(length).fill(byte)),
    );
    await checkProperty(
      fc.asyncProperty(fc.array(anyContent, { minLength: 1, maxLength: 8 }), async (contents) => {
        await store.write([appendLines('s', contents)]);
        const from = expected.length + 1;
        expected.push(...contents.map(bytesOf));
        const lines = await linesOf(store, 's', { from });
        assert.deepStrictEqual(
          lines.map(({ bytes }) => Buffer.from(bytes)),
          contents.map(bytesOf),
        );
      }),
      40,
    );
    const reopened = await bed.reopen(store);
    assert.deepStrictEqual(
      (await linesOf(reopened, 's')).map(({ bytes }) => Buffer.from(bytes)),
      expected,
    );
  },

  'S4: neither what was written nor what was read is shared with the caller': async (bed) => {
    const store = await bed.open();
    const bytes = Uint8Array.of(1, 2, 3);
    await store.write([appendLines('s', [bytes])]);
    bytes.fill(9);
    const [first] = await linesOf(store, 's');
    assert.deepStrictEqual([...(first?.bytes ?? [])], [1, 2, 3]);
    first?.bytes.fill(9);
    const [second] = await linesOf(store, 's');
    assert.deepStrictEqual([...(second?.bytes ?? [])], [1, 2, 3]);
  },

  'S4: an op by hand is stored as it was when `write` was called, whatever its giver does with it then':
    async (bed) => {
      const store = await bed.open();
      // Behind a commit under way, so that the op waits in the queue.
      const first = store.write([appendLines('s', ['first'])]);
      const bytes = Buffer.from('bytes');
      const line = { content: bytes, at, level: 'info', source: 'log', terminated: true } as const;
      const text = { ...line, content: 'text' };
      const append = { type: 'append-lines', stream: 's', lines: [line, text] } as const;
      const prune = { type: 'prune-lines', stream: 's', through: 1 } as const;
      const ops: LogOp[] = [append, prune];
      const second = store.write(ops);
      bytes.fill('x');
      Object.assign(line, { content: 'changed', at: 0, level: 'error', source: 'stderr', terminated: false });
      Object.assign(text, { content: 'changed' });
      (append.lines as unknown as unknown[]).splice(1, 1, line, line);
      Object.assign(append, { stream: 'changed', lines: [] });
      Object.assign(prune, { stream: 'changed', through: 3 });
      ops.length = 0;
      await first;
      const { results } = await second;
      assert.deepStrictEqual(results, [
        { stream: 's', first: 2, last: 3 },
        { stream: 's', first: 2 },
      ]);
      assert.deepStrictEqual(await streamsOf(store), ['s']);
      assert.deepStrictEqual(
        (await linesOf(store, 's')).map((stored) => [
          stored.text,
          stored.at,
          stored.level,
          stored.source,
          stored.terminated,
        ]),
        ['bytes', 'text'].map((expected) => [expected, at, 'info', 'log', true]),
      );
    },

  'S11: what cannot be kept is INVALID_ARGUMENT, and nothing of its batch is stored': async (bed) => {
    const store = await bed.open();
    const refused: Readonly<Record<string, LogLineInit>> = {
      'a lone surrogate': { content: '\ud800' },
      'content that is a number': { content: 1 as never },
      'content that is missing': {} as never,
      'a time that is no integer': { content: 'x', at: 1.5 },
      'a time before 1970': { content: 'x', at: -1 },
      'a time that is null': { content: 'x', at: null as never },
      'an unknown level': { content: 'x', level: 'fatal' as never },
      'an unknown source': { content: 'x', source: 'stdin' as never },
      'terminated that is no boolean': { content: 'x', terminated: 'yes' as never },
    };
    for (const [what, line] of Object.entries(refused)) {
      const write = async () => await store.write([appendLines('s', ['good']), appendLines('s', [line])]);
      await rejectsWith('INVALID_ARGUMENT', write, what);
    }
    for (const stream of ['', 'a\0b', '\ud800', 'x'.repeat(1025)]) {
      await rejectsWith('INVALID_ARGUMENT', async () => await store.write([appendLines(stream, ['x'])]));
    }
    await rejectsWith('INVALID_ARGUMENT', async () => await store.write([{ type: 'truncate' } as never]));
    assert.deepStrictEqual(await streamsOf(store), []);
    assert.equal((await store.write([appendLines('s', ['good'])])).epoch, 1);
  },
});
