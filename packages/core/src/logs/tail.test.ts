import { expect, test } from 'vitest';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { LogLine } from './log-line.ts';
import type { LineRange, LogView } from './log-view.ts';
import { makeLogLine } from './make-log-line.ts';
import { type TailOptions, tail } from './tail.ts';

/** A reader of lines with these numbers, each of `size` bytes, that notes how many were pulled in each snapshot. */
function readerOf(numbers: readonly number[], size = 1) {
  const pulled: number[] = [];
  const bytes = Buffer.alloc(size, 'x');
  async function* lines(stream: string, { from = 1, last }: LineRange = {}): AsyncGenerator<LogLine> {
    const chosen = numbers.filter((number) => number >= from);
    for (const number of last === undefined ? chosen : chosen.slice(-last)) {
      pulled[pulled.length - 1] = (pulled.at(-1) ?? 0) + 1;
      yield makeLogLine({
        ...{ stream, number, at: 0, level: 'info', source: 'log', terminated: true, epoch: 1, ordinal: 0 },
        bytes,
      });
    }
  }
  const view = { lines, info: async () => ({ lines: numbers.at(-1) ?? 0 }) } as unknown as LogView;
  const withSnapshot = async <Result>(fn: (snapshot: Snapshot<LogView>) => Result | Promise<Result>) => {
    pulled.push(0);
    return await fn({ view } as Snapshot<LogView>);
  };
  const onCommit = () => ({ close: () => {}, [Symbol.dispose]: () => {} });
  return { pulled, reader: { withSnapshot, onCommit } };
}

async function take(reader: ReturnType<typeof readerOf>['reader'], count: number, options?: TailOptions) {
  const taken: number[] = [];
  for await (const { number } of tail(reader, 'a', options)) {
    taken.push(number);
    if (taken.length === count) break;
  }
  return taken;
}

test('S2: numbers that were lost or pruned are passed over', async () => {
  const numbers = [4, 5, 9, 10];
  expect(await take(readerOf(numbers).reader, 4)).toEqual(numbers);
  expect(await take(readerOf(numbers).reader, 2, { from: 6 })).toEqual([9, 10]);
  expect(await take(readerOf(numbers).reader, 3, { last: 3 })).toEqual([5, 9, 10]);
});

test('S10: a snapshot reads no more lines than fit into a chunk', async () => {
  const numbers = Array.from({ length: 2_500 }, (_, place) => place + 1);
  const { pulled, reader } = readerOf(numbers);
  expect(await take(reader, 2_500)).toEqual(numbers);
  expect(pulled).toEqual([1_000, 1_000, 500]);
});

test('S10: a snapshot reads no more bytes than fit into a chunk, but always a line', async () => {
  const half = readerOf([1, 2, 3, 4, 5], 600_000);
  await take(half.reader, 5);
  expect(half.pulled).toEqual([2, 2, 1]);
  const long = readerOf([1, 2], 3_000_000);
  await take(long.reader, 2);
  expect(long.pulled).toEqual([1, 1]);
});

test.each([
  [{ form: 1 }, 'options.form'],
  [{ from: 0 }, 'options.from'],
  [{ last: -1 }, 'options.last'],
  [{ signal: true }, 'options.signal'],
  [null, 'options'],
])('S11: %o is refused within the call', (options, option) => {
  const { reader } = readerOf([]);
  expect(() => tail(reader, 'a', options as never)).toThrow(
    expect.objectContaining({ code: 'INVALID_ARGUMENT', details: { option } }),
  );
});

test('S11: what is no name of a stream is refused within the call', () => {
  expect(() => tail(readerOf([]).reader, 7 as never)).toThrow(
    expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
  );
});
