import {
  appendLines,
  combine,
  type LogLine,
  type LogOp,
  type LogView,
  openStore,
  type RecordingStore,
  toArray,
} from '@stepwell/core';
import { memoryLogs, memoryRecords } from '@stepwell/testkit';
import { describe, expect, test } from 'vitest';
import { withLostLines } from './log-entry.ts';
import { mergeLines } from './merge-lines.ts';

async function memoryStore(): Promise<RecordingStore> {
  return await openStore(combine({ records: memoryRecords(), logs: memoryLogs() }));
}

/** Writes these batches and answers all streams merged. */
async function merged(batches: readonly (readonly LogOp[])[], reverse = false): Promise<string[]> {
  await using store = await memoryStore();
  for (const ops of batches) await store.write(ops);
  return await store.withSnapshot(async ({ view }) => {
    const streams = await toArray(view.logs.streams());
    return (await toArray(mergeLines(view.logs, streams, { reverse }))).map(({ text }) => text);
  });
}

describe('S3: lines of several streams', () => {
  const batches = [
    [appendLines('run', ['1', '2']), appendLines('a', ['3'])],
    [appendLines('b', ['4']), appendLines('run', ['5']), appendLines('b', ['6', '7'])],
    [appendLines('a', ['8', '9'])],
    [appendLines('c', ['10']), appendLines('run', ['11'])],
  ];

  test('come in the order in which they were committed, within a commit too', async () => {
    expect(await merged(batches)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11']);
  });

  test('and backwards', async () => {
    expect(await merged(batches, true)).toEqual([...(await merged(batches))].reverse());
  });

  test('however many streams there are', async () => {
    const many = Array.from({ length: 200 }, (_, at) => [
      appendLines(`s${(at * 37) % 61}`, [`${at} a`, `${at} b`]),
    ]);
    const expected = Array.from({ length: 200 }, (_, at) => [`${at} a`, `${at} b`]).flat();
    expect(await merged(many)).toEqual(expected);
  });
});

test('S10: of logs that follow one another only one is open at a time', async () => {
  await using store = await memoryStore();
  for (let at = 0; at < 50; at += 1) await store.write([appendLines(`s${at}`, ['x', 'y', 'z'])]);
  await store.withSnapshot(async ({ view }) => {
    let open = 0;
    let most = 0;
    const counting: Pick<LogView, 'lines'> = {
      async *lines(stream, range) {
        open += 1;
        most = Math.max(most, open);
        try {
          yield* view.logs.lines(stream, range);
        } finally {
          open -= 1;
        }
      },
    };
    const streams = Array.from({ length: 50 }, (_, at) => `s${at}`);
    expect((await toArray(mergeLines(counting, streams))).length).toBe(150);
    expect([most, open]).toEqual([1, 0]);
    for await (const line of mergeLines(counting, streams)) if (line.stream === 's3') break;
    expect(open).toBe(0);
  });
});

test('S2: lines that a power cut took are marked where they are missing', async () => {
  await using store = await memoryStore();
  await store.write([appendLines('a', ['1', '2', '3', '4', '5'])]);
  await store.withSnapshot(async ({ view }) => {
    const gaps = [
      { from: 1, to: 1 },
      { from: 3, to: 3 },
      { from: 5, to: 5 },
    ];
    /** As if the odd lines were lost. */
    const damaged: Pick<LogView, 'info' | 'lines'> = {
      info: async (stream) => {
        const info = await view.logs.info(stream);
        return info && { ...info, lost: gaps };
      },
      async *lines(stream, range) {
        for await (const line of view.logs.lines(stream, range)) if (line.number % 2 === 0) yield line;
      },
    };
    const show = async (lines: AsyncIterable<LogLine>): Promise<string[]> =>
      (await toArray(withLostLines(damaged, ['a'], lines))).map(({ line, lost }) =>
        line === undefined ? `lost ${lost?.from}` : line.text,
      );
    expect(await show(mergeLines(damaged, ['a']))).toEqual(['lost 1', '2', 'lost 3', '4', 'lost 5']);
  });
});
