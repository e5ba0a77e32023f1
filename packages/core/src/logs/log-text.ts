import { callback, flag, oneOf } from '../options/option-checks.ts';
import { readFields } from '../validation/read-fields.ts';
import { checkLineRange, checkStreamName } from './check-line-range.ts';
import type { LogLine } from './log-line.ts';
import { TextChunks } from './log-text-chunks.ts';
import { LostMarks, type LostRange, lostMark } from './log-text-lost.ts';
import type { LineRange, LogView } from './log-view.ts';

/** Which lines of a stream to give as text, and how. */
export interface LogTextOptions extends LineRange {
  /** Begins each line with when it was written: `[2025-08-01T00:00:00.000Z] `. Default false. */
  readonly timestamps?: boolean;
  /**
   * What stands where a power cut took lines (S2): `'mark'` (default) a line of its own that says so, `'omit'` nothing.
   */
  readonly lost?: 'mark' | 'omit';
  /** Told of each range of lost lines as the text comes past it, whether it is marked or not. */
  readonly onLost?: (range: LostRange) => void;
}

/**
 * The lines of a stream as plain text, in chunks of at most 64 KiB that are the caller's to keep (S10).
 *
 * Each line is its bytes and `\n`, but for one that ended without: so the text is, byte for byte, what went in, as long as
 * neither a range nor `timestamps` was asked for, nothing was pruned (`info().first` is 1) and nothing was lost. What was
 * lost is marked in the text, and told to `onLost`; `info().lost` tells it beforehand. Ranges that lie before or behind
 * all lines of a part that was asked for by time, or before those of `last`, are not told: nobody knows whether they
 * belong to it. With `reverse` every line ends with `\n`.
 *
 * @throws `INVALID_ARGUMENT`; from every pull what the view throws
 *
 * @example
 * ```ts
 * import { appendLines, logText, openStore } from '@stepwell/core';
 * import { memoryLogs } from '@stepwell/testkit';
 *
 * const store = await openStore(memoryLogs());
 * await store.write([appendLines('build', ['cc -c main.c', 'done'])]);
 * await store.withSnapshot(async ({ view }) => {
 *   for await (const chunk of logText(view, 'build', { last: 100 })) process.stdout.write(chunk);
 * });
 * await store.close();
 * ```
 */
export function logText(
  view: Pick<LogView, 'lines' | 'info'>,
  stream: string,
  options: LogTextOptions = {},
): AsyncIterable<Uint8Array> {
  checkStreamName(stream);
  return text(view, stream, checkOptions(options));
}

interface Checked {
  readonly range: LineRange;
  readonly timestamps: boolean;
  readonly marks: boolean;
  readonly onLost: ((range: LostRange) => void) | undefined;
}

function checkOptions(options: LogTextOptions): Checked {
  const fields = Object.fromEntries(readFields(options, 'the options of a text'));
  const { timestamps = false, lost = 'mark', onLost, ...range } = fields;
  return {
    range: checkLineRange(range),
    timestamps: flag(timestamps, 'timestamps'),
    marks: oneOf('mark', 'omit')(lost, 'lost') === 'mark',
    onLost: onLost === undefined ? undefined : callback(onLost, 'onLost'),
  };
}

async function* text(
  view: Pick<LogView, 'lines' | 'info'>,
  stream: string,
  { range, timestamps, marks, onLost }: Checked,
): AsyncGenerator<Uint8Array, void, undefined> {
  const info = await view.info(stream);
  if (info === undefined) return;
  const lost = new LostMarks(info, range);
  const chunks = new TextChunks();
  let isLineStart = true;

  function* markAll(ranges: readonly LostRange[]): Generator<Uint8Array> {
    for (const one of ranges) {
      onLost?.(one);
      if (!marks) continue;
      yield* chunks.add(Buffer.from(`${isLineStart ? '' : '\n'}${lostMark(one)}\n`));
      isLineStart = true;
    }
  }

  for await (const line of view.lines(stream, range)) {
    yield* markAll(lost.before(line.number));
    if (timestamps && isLineStart) yield* chunks.add(Buffer.from(timestamp(line)));
    yield* chunks.add(line.bytes);
    isLineStart = line.terminated || range.reverse === true;
    if (isLineStart) yield* chunks.add(lineEnd);
  }
  yield* markAll(lost.rest());
  yield* chunks.end();
}

const lineEnd: Uint8Array = Buffer.from('\n');

function timestamp({ at }: LogLine): string {
  return `[${new Date(at).toISOString()}] `;
}
