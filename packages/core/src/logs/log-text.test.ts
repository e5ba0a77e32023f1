import { describe, expect, test } from 'vitest';
import { toArray } from '../iterate/to-array.ts';
import type { LogLine } from './log-line.ts';
import { type LogTextOptions, logText } from './log-text.ts';
import type { LineRange, LogView, StreamInfo } from './log-view.ts';
import { makeLogLine } from './make-log-line.ts';

type Fake = Pick<LogView, 'lines' | 'info'> & { pulled: number };

/** A stream of these contents, from number 1; `null` is a line that was lost, and `…` at its end means unterminated. */
function fakeView(contents: readonly (string | Uint8Array | null)[], first = 1): Fake {
  const lines = contents.flatMap((content, index): LogLine[] => {
    if (content === null || index + 1 < first) return [];
    const unterminated = typeof content === 'string' && content.endsWith('…');
    const bytes = Buffer.from(typeof content === 'string' && unterminated ? content.slice(0, -1) : content);
    const number = index + 1;
    const rest = { at: number * 1000, level: 'info', source: 'log', epoch: 1, ordinal: number } as const;
    return [makeLogLine({ stream: 's', number, terminated: !unterminated, bytes, ...rest })];
  });
  const lost = contents.flatMap((content, index) =>
    content === null ? [{ from: index + 1, to: index + 1 }] : [],
  );
  const fake: Fake = {
    pulled: 0,
    info: async (stream) =>
      stream === 's' ? ({ stream, first, lines: contents.length, lost } as unknown as StreamInfo) : undefined,
    async *lines(
      _stream: string,
      { from = 1, to = 1e9, last, since = 0, until = 1e9, reverse }: LineRange = {},
    ) {
      const inRange = lines.filter(
        ({ number, at }) => number >= from && number <= to && at >= since && at <= until,
      );
      const chosen = last === undefined ? inRange : inRange.slice(-last);
      for (const line of reverse === true ? chosen.reverse() : chosen) {
        fake.pulled += 1;
        yield line;
      }
    },
  };
  return fake;
}

async function textOf(view: Fake, options?: LogTextOptions): Promise<string> {
  return Buffer.concat(await toArray(logText(view, 's', options))).toString();
}

describe('SF-46: a log as plain text', () => {
  test('is what went in, byte for byte', async () => {
    const bytes = Uint8Array.of(0xff, 0, 13, 0xc3);
    const view = fakeView(['a', '', ' b] \r', bytes, 'multi\nline', 'no end…', ' after all', 'last…']);
    const expected = Buffer.concat([
      Buffer.from('a\n\n b] \r\n'),
      bytes,
      Buffer.from('\nmulti\nline\nno end after all\nlast'),
    ]);
    expect(Buffer.concat(await toArray(logText(view, 's')))).toEqual(expected);
  });

  test('with timestamps has one at the beginning of each line', async () => {
    expect(await textOf(fakeView(['a', '', 'b…', 'c']), { timestamps: true })).toBe(
      '[1970-01-01T00:00:01.000Z] a\n[1970-01-01T00:00:02.000Z] \n[1970-01-01T00:00:03.000Z] bc\n',
    );
  });

  test.each<[LogTextOptions, string]>([
    [{ from: 2, to: 3 }, 'b\nc\n'],
    [{ last: 2 }, 'c\nd'],
    [{ since: 2000, until: 3000 }, 'b\nc\n'],
    [{ last: 2, reverse: true }, 'd\nc\n'],
  ])('%j', async (options, text) => {
    expect(await textOf(fakeView(['a', 'b', 'c', 'd…']), options)).toBe(text);
  });

  test('of a stream that does not exist is empty', async () => {
    expect(await toArray(logText(fakeView(['a']), 'other'))).toEqual([]);
  });
});

describe('S10: chunks', () => {
  test('are of 64 KiB at most, whatever the lines, and stay as they are', async () => {
    const contents = ['x'.repeat(200_000), 'y', 'z'.repeat(65_535), '…', 'w'.repeat(131_072)];
    const chunks = await toArray(logText(fakeView(contents), 's'));
    expect(chunks.slice(0, -1).every(({ length }) => length === 65_536)).toBe(true);
    expect(chunks.at(-1)?.length).toBeLessThanOrEqual(65_536);
    const expected = `${'x'.repeat(200_000)}\ny\n${'z'.repeat(65_535)}\n${'w'.repeat(131_072)}\n`;
    expect(Buffer.concat(chunks).toString() === expected).toBe(true);
  });

  test('are made as they are asked for', async () => {
    const view = fakeView(Array.from({ length: 1000 }, () => 'x'.repeat(10_000)));
    for await (const chunk of logText(view, 's')) {
      expect(chunk.length).toBe(65_536);
      break;
    }
    expect(view.pulled).toBeLessThan(10);
  });
});

describe('S2: lines that a power cut took', () => {
  const mark = (which: string): string => `[stepwell: ${which} lost when the power failed]\n`;
  const contents = [null, 'b', null, 'd…', null, null, 'g', null];

  test('are marked where they are missing, on a line of its own, and told', async () => {
    const told: number[] = [];
    const text = await textOf(fakeView(contents), { onLost: ({ from }) => told.push(from) });
    const [one, three, five, six, eight] = [1, 3, 5, 6, 8].map((number) => mark(`line ${number} was`));
    expect(text).toBe(`${one}b\n${three}d\n${five}${six}g\n${eight}`);
    expect(told).toEqual([1, 3, 5, 6, 8]);
  });

  test('are left out on demand, and told all the same', async () => {
    const told: number[] = [];
    const text = await textOf(fakeView(contents), { lost: 'omit', onLost: ({ from }) => told.push(from) });
    expect([text, told]).toEqual(['b\ndg\n', [1, 3, 5, 6, 8]]);
  });

  test.each<[string, LogTextOptions, number[]]>([
    ['numbers: those within', { from: 3, to: 5 }, [3, 5]],
    ['time: those between, since nobody knows when the others were', { since: 2000, until: 4000 }, [3]],
    ['since: those behind too', { since: 4000 }, [5, 6, 8]],
    ['until: those before too', { until: 4000 }, [1, 3]],
    ['the last: those between and behind', { last: 2 }, [5, 6, 8]],
    ['backwards: the same, from the end', { reverse: true }, [8, 6, 5, 3, 1]],
    ['the last, backwards', { last: 2, reverse: true }, [8, 6, 5]],
    ['a part without a line', { from: 5, to: 6 }, [5, 6]],
    ['a time without a line', { since: 50_000 }, []],
  ])('in a part by %s', async (_, options, expected) => {
    const told: number[] = [];
    await textOf(fakeView(contents), { ...options, onLost: ({ from }) => told.push(from) });
    expect(told).toEqual(expected);
  });

  test('one mark for a range; what was pruned is not lost', async () => {
    const view = fakeView(contents, 5);
    const { info } = view;
    view.info = async (stream) => {
      const found = await info(stream);
      return found && { ...found, lost: [{ from: 3, to: 6 }] };
    };
    expect(await textOf(view)).toBe(`${mark('lines 5 to 6 were')}g\n`);
  });
});

test.each<[string, LogTextOptions]>([
  ['a bound that is none', { from: 0 }],
  ['a field that does not exist', { colour: true } as LogTextOptions],
  ['a flag that is none', { timestamps: 'yes' } as unknown as LogTextOptions],
  ['a word that means nothing', { lost: 'throw' } as unknown as LogTextOptions],
  ['no options at all', null as unknown as LogTextOptions],
])('S11: %s is INVALID_ARGUMENT, at once', (_, options) => {
  expect(() => logText(fakeView([]), 's', options)).toThrow(
    expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
  );
});
