import {
  appendLines,
  combine,
  type LinePattern,
  type LogView,
  openStore,
  type RecordingStore,
  toArray,
} from '@stepwell/core';
import { memoryLogs, memoryRecords } from '@stepwell/testkit';
import { expect, test } from 'vitest';
import { LineFilter } from './line-filter.ts';
import { type EntryOptions, readEntries } from './read-entries.ts';
import { patternOf } from './text-pattern.ts';

/** Lines 0 to 29, at that second, over three streams; every third is from stderr. */
async function thirtyLines(): Promise<RecordingStore> {
  const store = await openStore(combine({ records: memoryRecords(), logs: memoryLogs() }));
  for (let n = 0; n < 30; n += 1) {
    const source = n % 3 === 0 ? 'stderr' : 'stdout';
    await store.write([appendLines(`s${n % 4}`, [{ content: `line ${n}`, at: n * 1000, source }])]);
  }
  return store;
}

const everything: EntryOptions = {
  source: undefined,
  last: undefined,
  since: undefined,
  until: undefined,
  pattern: undefined,
  context: 0,
  raw: false,
};

/** The numbers of the lines, `-` for a gap, `(n)` for what only stands around. */
async function shown(options: Partial<EntryOptions>): Promise<string> {
  await using store = await thirtyLines();
  return await store.withSnapshot(async ({ view }) => {
    const entries = await toArray(
      readEntries(view.logs, ['s0', 's1', 's2', 's3'], { ...everything, ...options }),
    );
    return entries
      .map(({ line, ...entry }) => {
        if (line === undefined) return '-';
        const number = line.text.slice(5);
        return 'matches' in entry && entry.matches === false ? `(${number})` : number;
      })
      .join(' ');
  });
}

const ends = patternOf({ text: '[05]$', regex: true, ignoreCase: false });

test.each<[string, Partial<EntryOptions>, string]>([
  ['the last', { last: 3 }, '27 28 29'],
  ['the last of a source', { last: 3, source: 'stderr' }, '21 24 27'],
  ['more than there are', { last: 100, source: 'stderr' }, '0 3 6 9 12 15 18 21 24 27'],
  ['a time', { since: 5000, until: 8000 }, '5 6 7 8'],
  ['the last of a time', { until: 8000, last: 2 }, '7 8'],
  ['a time without lines', { since: 60_000 }, ''],
  ['what is sought', { pattern: ends }, '0 5 10 15 20 25'],
  ['what is sought, of a source', { pattern: ends, source: 'stderr' }, '0 15'],
  ['what is sought, of a time', { pattern: ends, since: 6000, until: 20_000 }, '10 15 20'],
  ['the last that are sought', { pattern: ends, last: 2 }, '20 25'],
  [
    'with context',
    { pattern: ends, context: 1 },
    '0 (1) - (4) 5 (6) - (9) 10 (11) - (14) 15 (16) - (19) 20 (21) - (24) 25 (26)',
  ],
  [
    'contexts that touch',
    { pattern: ends, context: 2, since: 8000, until: 16_000 },
    '(8) (9) 10 (11) (12) (13) (14) 15 (16)',
  ],
  ['the last with context', { pattern: ends, context: 1, last: 2 }, '(19) 20 (21) - (24) 25 (26)'],
  [
    'the last whose context holds another',
    { pattern: ends, context: 6, last: 1 },
    '(19) (20) (21) (22) (23) (24) 25 (26) (27) (28) (29)',
  ],
])('%s', async (_, options, expected) => {
  expect(await shown(options)).toBe(expected);
});

test('a context reaches from one look into the next', async () => {
  await using store = await thirtyLines();
  await store.withSnapshot(async ({ view }) => {
    const lines = await toArray(view.logs.lines('s0'));
    const pattern = patternOf({ text: 'line 8', regex: false, ignoreCase: false });
    const filter = new LineFilter({ source: undefined, pattern, context: 2 });
    const passed = lines.map((line) => filter.push(line).length);
    expect(passed).toEqual([0, 0, 3, 1, 1, 0, 0, 0]);
  });
});

test('S10: what is sought is left to the search of the store', async () => {
  await using store = await thirtyLines();
  await store.withSnapshot(async ({ view }) => {
    const logs: LogView = {
      lines: () => {
        throw new Error('it need not read all lines');
      },
      search: (...given) => view.logs.search(...given),
      counts: (...given) => view.logs.counts(...given),
      info: (stream) => view.logs.info(stream),
      streams: () => view.logs.streams(),
    };
    expect(await toArray(readEntries(logs, ['s0', 's1'], { ...everything, pattern: ends }))).toHaveLength(4);
  });
});

test.each<[string, boolean, boolean, string, number]>([
  ['a.c', false, false, 'abc a.c', 4],
  ['A.C', false, true, 'abc a.c', 4],
  ['\\^$*+?()[]{}|', false, true, 'x\\^$*+?()[]{}|', 1],
  ['größe', false, false, 'die größe', 4],
  ['GRÖSSE', false, true, 'die grösse', 4],
  ['a.c', true, false, 'abc a.c', 0],
  ['A.C', true, true, 'abc', 0],
  ['z', false, false, 'abc', -1],
])('%j (regex %s, ignore case %s) in %j', (text, regex, ignoreCase, line, place) => {
  const pattern: LinePattern = patternOf({ text, regex, ignoreCase });
  expect(pattern.find(Buffer.from(line))).toBe(place);
});

test('what is no regular expression, or takes more than linear time, is wrong usage', () => {
  for (const text of ['(', '(a)\\1', '(?=a)'])
    expect(() => patternOf({ text, regex: true, ignoreCase: false })).toThrow(
      expect.objectContaining({ code: 'USAGE', exitCode: 2 }),
    );
});
