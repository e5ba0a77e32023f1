import { isStoreError } from '../errors/store-error.ts';
import { endedByReturn } from '../iterate/ended-by-return.ts';
import { checkOptions } from '../options/check-options.ts';
import { abortSignal, wholeFrom } from '../options/option-checks.ts';
import type { OptionShape } from '../options/option-shape.ts';
import { CallSite, onBehalfOf } from '../snapshot/call-site.ts';
import type { Reader } from '../store/store.ts';
import { describe, invalid } from '../validation/check-value.ts';
import { checkStreamName } from './check-line-range.ts';
import type { LogLine } from './log-line.ts';
import type { LogView } from './log-view.ts';
import { WakeUp } from './wake-up.ts';

export interface TailOptions {
  /** Number of the line to begin with, from 1. Default 1: all there is, then what comes. */
  readonly from?: number;
  /** Begins with the last so many lines of what `from` leaves; 0 waits for new ones. Default: all of them. */
  readonly last?: number;
  /** Ends the lines, without an error. */
  readonly signal?: AbortSignal;
}

/** A snapshot that shows logs, alone or beside records. */
type ShowsLogs = LogView | { readonly logs: LogView };

/** What is read in one snapshot, which is closed before any of it is handed out: lines, and bytes of content (S10). */
const chunkLines = 1_000;
const chunkBytes = 1_048_576;
/** Milliseconds from one look to the next, so that a store that commits all the time leaves its readers time for other things. */
const shortestPause = 2;

const tailShape: OptionShape<TailOptions> = { from: wholeFrom(1), last: wholeFrom(0), signal: abortSignal };

/**
 * The lines of a stream as they are committed, by this or any other process: those that are there, then every further one,
 * in order, each once, until `signal` fires, the loop is left or `return` is called, which end the wait at once. The stream need not exist yet. Numbers that were lost or
 * pruned are passed over.
 *
 * Each line is read in a snapshot, so none is shown that could still be rolled back (S4); the snapshot is a short one, so a slow
 * consumer holds nothing back. While it waits, the process stays alive. It begins with the first pull.
 *
 * @throws `INVALID_ARGUMENT`; while it goes on `NOT_OPEN` once the reader is closed, and what a snapshot fails with
 *
 * @example
 * ```ts
 * import { appendLines, openStore, tail } from '@stepwell/core';
 * import { memoryLogs } from '@stepwell/testkit';
 *
 * const store = await openStore(memoryLogs());
 * await store.write([appendLines('build', ['compiling', 'done'])]);
 * for await (const line of tail(store, 'build')) {
 *   console.log(line.number, line.text);
 *   if (line.text === 'done') break;
 * }
 * await store.close();
 * ```
 */
export function tail(
  reader: Pick<Reader<ShowsLogs>, 'withSnapshot' | 'onCommit'>,
  stream: string,
  options: TailOptions = {},
): AsyncIterable<LogLine> {
  checkReader(reader);
  checkStreamName(stream);
  const { signal, ...range } = checkOptions<TailOptions>(options, tailShape);
  const openedBy = new CallSite(tail);
  return endedByReturn(signal, (ended) => follow(reader, stream, { ...range, signal: ended }, openedBy));
}

function checkReader(reader: unknown): void {
  const { withSnapshot, onCommit } = (reader ?? {}) as Partial<Reader<ShowsLogs>>;
  if (typeof withSnapshot !== 'function' || typeof onCommit !== 'function')
    throw invalid(`tail takes a store or a reader, not ${describe(reader)}`);
}

async function* follow(
  reader: Pick<Reader<ShowsLogs>, 'withSnapshot' | 'onCommit'>,
  stream: string,
  { from = 1, last, signal }: TailOptions,
  openedBy: CallSite,
): AsyncGenerator<LogLine, void, undefined> {
  if (signal?.aborted) return;
  using wakeUp = new WakeUp();
  // Before the first look: what is committed after it is told.
  using _subscription = reader.onCommit(wakeUp.ring);
  signal?.addEventListener('abort', wakeUp.ring);
  try {
    const look = <Result>(read: (logs: LogView) => Promise<Result>): Promise<Result | undefined> =>
      lookInto(reader, openedBy, read);
    let next = last === undefined ? from : undefined;
    while (!signal?.aborted) {
      const began = performance.now();
      const chunk = await look(async (logs) => {
        next ??= await placeOfLast(logs, stream, from, last ?? 0);
        return await readChunk(logs, stream, next);
      });
      for (const line of chunk?.lines ?? []) {
        yield line;
        next = line.number + 1;
        if (signal?.aborted) return;
      }
      if (chunk?.isFull !== false) continue;
      await wakeUp.rung();
      const pause = began + shortestPause - performance.now();
      if (pause > 0 && !signal?.aborted) await new Promise((resolve) => setTimeout(resolve, pause));
    }
  } finally {
    signal?.removeEventListener('abort', wakeUp.ring);
  }
}

/** `undefined` when the snapshot was closed under us: the next one tells why. */
async function lookInto<Result>(
  reader: Pick<Reader<ShowsLogs>, 'withSnapshot'>,
  openedBy: CallSite,
  read: (logs: LogView) => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await onBehalfOf(openedBy, () =>
      reader.withSnapshot(({ view }) => read('logs' in view ? view.logs : view)),
    );
  } catch (error) {
    if (isStoreError(error, 'SNAPSHOT_CLOSED')) return undefined;
    throw error;
  }
}

/** The number of the line with which the last `count` begin, or of the next one that will come. */
async function placeOfLast(logs: LogView, stream: string, from: number, count: number): Promise<number> {
  if (count > 0) for await (const { number } of logs.lines(stream, { from, last: count })) return number;
  const info = await logs.info(stream);
  return Math.max(from, (info?.lines ?? 0) + 1);
}

interface Chunk {
  readonly lines: readonly LogLine[];
  /** Whether there may be more already. */
  readonly isFull: boolean;
}

async function readChunk(logs: LogView, stream: string, from: number): Promise<Chunk> {
  const lines: LogLine[] = [];
  let bytes = 0;
  for await (const line of logs.lines(stream, { from })) {
    lines.push(line);
    bytes += line.bytes.byteLength;
    if (lines.length >= chunkLines || bytes >= chunkBytes) return { lines, isFull: true };
  }
  return { lines, isFull: false };
}
