import { type LineRange, toArray } from '@stepwell/core';
import { expect, test } from 'vitest';
import { tempDirectory } from '../fixtures/temp-directory.ts';
import { TestLog } from '../fixtures/test-log.ts';

test.each<LineRange>([{}, { from: 4 }, { to: 7 }, { last: 5 }, { reverse: true }, { from: 99 }])(
  'S10: lines in arrays are the same lines, in the same order, and no array is empty (%o)',
  async (range) => {
    const log = await TestLog.open(tempDirectory());
    for (const lines of [['1', '2', '3'], ['4'], ['5', '6', '7', '8', '9']]) await log.append('a', ...lines);
    const { view, release } = await pinned(log);
    if (view.lineChunks === undefined) throw new Error('they come one by one only');
    const chunks = await toArray(view.lineChunks('a', range));
    expect(chunks.every((chunk) => chunk.length > 0)).toBe(true);
    expect(chunks.flat()).toEqual(await toArray(view.lines('a', range)));
    await release();
  },
);

test('S4: readings of one log that take turns never show each other’s lines', async () => {
  const log = await TestLog.open(tempDirectory());
  const { length } = await appendMany(log, ['a', 'b', 'c']);
  const { view, release } = await pinned(log);
  const readings = ['a', 'b', 'c', 'a'].map((stream) => ({
    stream,
    lines: view.lines(stream)[Symbol.asyncIterator](),
  }));
  for (let number = 1; number <= length; number += 1) {
    for (const { stream, lines } of readings) {
      const { value } = await lines.next();
      expect(value).toMatchObject({ stream, number, text: `${stream} ${number}` });
    }
  }
  await release();
});

test('S4: after its snapshot no array comes any more', async () => {
  const log = await TestLog.open(tempDirectory());
  await appendMany(log, ['a']);
  const { view, release } = await pinned(log);
  const chunks = view.lineChunks?.('a')[Symbol.asyncIterator]();
  await chunks?.next();
  await release();
  await expect(chunks?.next()).rejects.toMatchObject({ code: 'SNAPSHOT_CLOSED' });
});

async function pinned(log: TestLog) {
  const pin = await log.driver.pin();
  return { view: pin.view, release: () => pin.release() };
}

/** Twenty commits to each stream in turn. */
async function appendMany(log: TestLog, streams: readonly string[]): Promise<{ readonly length: number }> {
  const length = 20;
  for (let number = 1; number <= length; number += 1)
    for (const stream of streams) await log.append(stream, `${stream} ${number}`);
  return { length };
}
