import {
  appendLines,
  type Driver,
  type LineRange,
  type LogLine,
  type LogLineInit,
  type LogOp,
  type LogView,
  logLevels,
  logSources,
  memoryLocks,
  type Pin,
  pruneLines,
  type SearchOptions,
  toArray,
} from '@stepwell/core';
import { memoryLogs } from '@stepwell/testkit';
import { expect, test } from 'vitest';
import { tempDirectory } from '../fixtures/temp-directory.ts';
import { TestLog } from '../fixtures/test-log.ts';

/** Deterministic numbers from 0 up to `below`: a failure is repeated by its seed. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const streams = ['build', 'test', 'ü', '__proto__', '🎉'];
const words = ['error', 'Error', 'ERR', 'ror', 'r', 'ok', 'ähm', '', ' ', '🎉'];

function randomLine(roll: (below: number) => number): LogLineInit {
  const content = Array.from({ length: roll(6) }, () => words[roll(words.length)]).join('');
  return {
    content: roll(4) === 0 ? Uint8Array.from({ length: roll(9) }, () => roll(256)) : content,
    at: 1000 + roll(200),
    level: logLevels[roll(4)] ?? 'info',
    source: logSources[roll(3)] ?? 'log',
    terminated: roll(5) > 0,
  };
}

function randomOps(roll: (below: number) => number): LogOp[] {
  return Array.from({ length: 1 + roll(4) }, () => {
    const stream = streams[roll(streams.length)] ?? 'build';
    if (roll(12) === 0) return pruneLines(stream, roll(4) === 0 ? undefined : roll(roll(3) === 0 ? 900 : 60));
    return appendLines(
      stream,
      Array.from({ length: roll(roll(20) === 0 ? 700 : 6) }, () => randomLine(roll)),
    );
  });
}

function randomRange(roll: (below: number) => number, lines: number): LineRange {
  return {
    ...(roll(3) === 0 && { from: 1 + roll(lines) }),
    ...(roll(3) === 0 && { to: roll(lines + 2) }),
    ...(roll(3) === 0 && { last: 1 + roll(roll(2) === 0 ? 5 : lines) }),
    ...(roll(3) === 0 && { since: 1000 + roll(200) }),
    ...(roll(3) === 0 && { until: 1000 + roll(200) }),
    reverse: roll(2) === 0,
  };
}

const plain = (line: LogLine) => [
  line.stream,
  line.number,
  line.at,
  line.level,
  line.source,
  line.terminated,
  line.epoch,
  line.ordinal,
  Buffer.from(line.bytes).toString('latin1'),
];

async function compare(expected: LogView, actual: LogView, roll: (below: number) => number): Promise<void> {
  expect(await toArray(actual.streams())).toEqual(await toArray(expected.streams()));
  for (const stream of [...streams, 'none']) {
    const info = await expected.info(stream);
    expect(await actual.info(stream)).toEqual(info);
    for (let times = 0; times < 12; times++) {
      const range = randomRange(roll, (info?.lines ?? 0) + 1);
      const lines = (await toArray(actual.lines(stream, range))).map(plain);
      expect(lines, JSON.stringify({ stream, range })).toEqual(
        (await toArray(expected.lines(stream, range))).map(plain),
      );
    }
  }
  for (const text of words.filter((word) => word !== '')) {
    const options: SearchOptions = {
      ignoreCase: roll(2) === 0,
      ...(roll(2) === 0 && { limit: 1 + roll(20) }),
      ...(roll(2) === 0 && { streams: ['test', 'none', 'build', 'test'] }),
    };
    const matches = async (view: LogView) =>
      (await toArray(view.search(text, options))).map(({ line, offset }) => [offset, ...plain(line)]);
    expect(await matches(actual), JSON.stringify({ text, options })).toEqual(await matches(expected));
  }
}

type Pins = readonly [expected: Pin<LogView>, actual: Pin<LogView>];

async function commit(
  driver: Driver<LogView, LogOp>,
  ops: readonly LogOp[],
  epoch: number,
): Promise<unknown> {
  const prepared = await driver.prepare([{ ops }], { epoch, at: 0, durability: 'process-crash' });
  await prepared.commit({});
  return prepared.verdicts;
}

test.each([1, 2, 3, 4])(
  'S4, SF-50: reads, ranges, searches and prunes answer as the reference does (seed %i)',
  async (seed) => {
    const roll = dice(seed);
    const directory = tempDirectory();
    const reference = memoryLogs();
    await reference.open({ mode: 'write', now: Date.now, warn: () => {}, locks: memoryLocks() });
    let log = await TestLog.open(directory, { segmentBytes: 4096 });
    const reader = await TestLog.open(directory, { mode: 'read' });
    let before: Pins | undefined;
    for (let epoch = 1; epoch <= 60; epoch++) {
      const ops = randomOps(roll);
      expect(await commit(log.driver, ops, epoch)).toEqual(await commit(reference, ops, epoch));
      if (epoch % 20 !== 0) continue;
      const pins = await Promise.all([reference.pin(), log.driver.pin(), reader.driver.pin()]);
      const [expected, own, others] = pins;
      expect([own.head.epoch, others.head.epoch]).toEqual([epoch, epoch]);
      await compare(expected.view, own.view, roll);
      await compare(expected.view, others.view, roll);
      // Whatever was written and pruned since: a snapshot shows what it showed.
      if (before !== undefined) await compare(before[0].view, before[1].view, roll);
      for (const pin of before ?? []) await pin.release();
      before = [expected, others];
      await own.release();
      await log.close();
      log = await TestLog.open(directory, { segmentBytes: 4096 });
    }
    expect((await log.driver.maintenance?.verify?.())?.problems).toEqual([]);
    for (const pin of before ?? []) await pin.release();
    await reference.close();
  },
);

test('INVALID_ARGUMENT for a range, a limit or a text that makes no sense', async () => {
  const log = await TestLog.open(tempDirectory());
  await log.append('a', 'x');
  const refused = expect.objectContaining({ code: 'INVALID_ARGUMENT' });
  await log.withView(async (view) => {
    await expect(toArray(view.lines('a', { from: 0 }))).rejects.toEqual(refused);
    await expect(toArray(view.lines('a', { first: 1 } as LineRange))).rejects.toEqual(refused);
    await expect(toArray(view.search(''))).rejects.toEqual(refused);
    await expect(toArray(view.search('x', { limit: 0 }))).rejects.toEqual(refused);
  });
});
