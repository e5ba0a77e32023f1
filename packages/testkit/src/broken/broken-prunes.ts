import { type LogOp, type LogView, pruneLines } from '@stepwell/core';
import type { LogState, LogStream } from '../memory/log-state.ts';
import type { MemoryDisk } from '../memory/memory-disk.ts';
import { type Broken, overlay } from './broken-driver.ts';
import { viewing } from './viewing-logs.ts';

/** Breaks every prune that is stored, or what stands for it. */
function pruning(
  name: string,
  caughtBy: RegExp,
  mistake: (stream: string, through: number | undefined) => LogOp,
): Broken<LogView, LogOp> {
  return {
    name,
    caughtBy,
    breaks: (inner) => ({
      prepare: async (batches, meta) =>
        await inner.prepare(
          batches.map(({ ops, ...batch }) => ({
            ...batch,
            ops: ops.map((op) => (op.type === 'prune-lines' ? mistake(op.stream, op.through) : op)),
          })),
          meta,
        ),
    }),
  };
}

/** Breaks what is stored of each stream, whenever the logs are opened. */
function reopening(
  name: string,
  caughtBy: RegExp,
  mistake: (stream: LogStream) => LogStream,
): Broken<LogView, LogOp> {
  return {
    name,
    caughtBy,
    breaks: (inner, disk) => ({
      open: async (context) => {
        const head = await inner.open(context);
        if (disk.logs !== undefined) disk.logs = withStreams(disk.logs, mistake);
        return head;
      },
    }),
  };
}

function withStreams(logs: LogState, change: (stream: LogStream) => LogStream): LogState {
  let { streams } = logs;
  for (const [name, stream] of logs.streams.entries()) streams = streams.set(name, change(stream));
  return { ...logs, streams };
}

/** What a snapshot that is out would see if a prune took the lines at once. */
function pruneAtOnce(disk: MemoryDisk, view: LogView): Partial<LogView> {
  return {
    async *lines(stream, range) {
      for await (const line of view.lines(stream, range)) {
        const prunes = disk.logs?.streams.get(stream)?.prunes ?? [];
        if (prunes.every(({ through }) => line.number > through)) yield line;
      }
    },
  };
}

const gone = /^S9: pruned lines are in no range/;
const inOrder = /^S3: a prune happens where it stands/;

/** Mistakes of a log backend that prunes. */
export const brokenPrunes: readonly Broken<LogView, LogOp>[] = [
  {
    name: 'takes pruned lines from snapshots that are out',
    caughtBy: /^S4: a snapshot from before a prune/,
    breaks: (inner, disk) => ({
      pin: async () => {
        const pin = await inner.pin();
        return overlay(pin, { view: overlay(pin.view, pruneAtOnce(disk, pin.view)) });
      },
    }),
  },
  reopening('forgets prunes when it is opened', gone, (stream) => ({ ...stream, prunes: [] })),
  reopening(
    'uses numbers again when all lines of a stream are pruned',
    /^S3: numbers of pruned lines/,
    (stream) => ((stream.prunes.at(-1)?.through ?? 0) >= stream.last ? { ...stream, last: 0 } : stream),
  ),
  pruning('leaves the last line of a prune', gone, (stream, through = 1e9) =>
    pruneLines(stream, Math.max(0, through - 1)),
  ),
  pruning('prunes every line, whatever the op says', gone, (stream) => pruneLines(stream)),
  {
    name: 'prunes lines that are yet to come',
    caughtBy: /^S9: a prune takes no line to come/,
    breaks: (inner, disk) => ({
      prepare: async (batches, meta) => {
        const prunes = batches.flatMap(({ ops }) => ops).filter((op) => op.type === 'prune-lines');
        const prepared = await inner.prepare(batches, meta);
        return {
          ...prepared,
          commit: async (seal) => {
            await prepared.commit(seal);
            for (const { stream: name, through = 0 } of prunes) {
              const stream = disk.logs?.streams.get(name);
              if (stream === undefined || disk.logs === undefined) continue;
              const pruned = { ...stream, prunes: [...stream.prunes, { epoch: meta.epoch, through }] };
              disk.logs = { ...disk.logs, streams: disk.logs.streams.set(name, pruned) };
            }
          },
        };
      },
    }),
  },
  {
    name: 'prunes after all appends of a group',
    caughtBy: inOrder,
    breaks: (inner) => ({
      prepare: async (batches, meta) =>
        await inner.prepare(
          batches.map(({ ops, ...batch }) => ({
            ...batch,
            ops: ops.toSorted((a, b) => Number(a.type === 'prune-lines') - Number(b.type === 'prune-lines')),
          })),
          meta,
        ),
    }),
  },
  viewing('searches pruned lines', gone, (view) => ({
    async *search(pattern, options) {
      const { first = 1 } = (await view.info('s')) ?? {};
      for await (const match of view.search(pattern, options)) {
        if (match.line.stream === 's' && first > 1 && match.line.number === first)
          yield { ...match, line: { ...match.line, stream: 's', number: first - 1 } };
        yield match;
      }
    },
  })),
  viewing('knows no first line', gone, (view) => ({
    info: async (stream) => {
      const info = await view.info(stream);
      return info && { ...info, first: 1 };
    },
  })),
  viewing('lists streams without a line', /^S3: numbers of pruned lines/, (view) => ({
    async *streams() {
      yield* view.streams();
      const info = await view.info('s');
      if (info !== undefined && info.first > info.lines) yield 's';
    },
  })),
];
