import {
  type AppendLinesOp,
  type LogLine,
  type LogOp,
  type LogView,
  makeLogLine,
  type StoredLine,
  toArray,
} from '@stepwell/core';
import { type Broken, overlay } from './broken-driver.ts';
import { viewing } from './viewing-logs.ts';

/** Breaks every line that is read. */
function reading(
  name: string,
  caughtBy: RegExp,
  mistake: (line: LogLine) => Partial<LogLine>,
): Broken<LogView, LogOp> {
  return viewing(name, caughtBy, (view) => ({
    async *lines(stream, range) {
      for await (const line of view.lines(stream, range)) {
        const { number, at, level, source, terminated, epoch, ordinal, bytes } = line;
        yield makeLogLine({
          stream,
          number,
          at,
          level,
          source,
          terminated,
          epoch,
          ordinal,
          bytes,
          ...mistake(line),
        });
      }
    },
  }));
}

/** Breaks every append that is stored. */
function storing(
  name: string,
  caughtBy: RegExp,
  mistake: (op: AppendLinesOp) => AppendLinesOp,
): Broken<LogView, LogOp> {
  return {
    name,
    caughtBy,
    breaks: (inner) => ({
      prepare: async (batches, meta) =>
        await inner.prepare(
          batches.map(({ ops, ...batch }) => ({
            ...batch,
            ops: ops.map((op) => (op.type === 'append-lines' ? mistake(op) : op)),
          })),
          meta,
        ),
    }),
  };
}

/** Breaks the content of every line that is stored. */
function storingContent(
  name: string,
  caughtBy: RegExp,
  mistake: (content: Buffer) => StoredLine['content'],
): Broken<LogView, LogOp> {
  return storing(name, caughtBy, (op) => ({
    ...op,
    lines: op.lines.map((line) => ({ ...line, content: mistake(Buffer.from(line.content as string)) })),
  }));
}

const exactBytes = /^SF-46: invalid UTF-8, empty lines/;
const anyRange = /^S10: any combination of from, to/;

/** Mistakes of log backends. */
export const brokenLogs: readonly Broken<LogView, LogOp>[] = [
  storingContent('loses the last byte of a long line', /^SF-46: a line of a megabyte/, (content) =>
    content.length > 65_536 ? content.subarray(0, -1) : content,
  ),
  storingContent('stores text instead of bytes', exactBytes, (content) => content.toString('utf8')),
  storingContent('strips carriage returns', exactBytes, (content) =>
    Buffer.from(content.toString('latin1').replace(/\r$/, ''), 'latin1'),
  ),
  storingContent('stops at NUL', exactBytes, (content) =>
    content.subarray(0, content.includes(0) ? content.indexOf(0) : undefined),
  ),
  storing('drops empty lines', exactBytes, (op) => ({
    ...op,
    lines: op.lines.filter(({ content }) => content.length > 0),
  })),
  storing('ends the last line', /^SF-46: level, source, time and the missing last line end/, (op) => ({
    ...op,
    lines: op.lines.map((line) => ({ ...line, terminated: true })),
  })),
  storing('keeps one stream for both cases', /^SF-48: hostile stream names/, (op) => ({
    ...op,
    stream: op.stream.toLowerCase(),
  })),
  storing('cuts stream names at 255 characters', /^SF-48: hostile stream names/, (op) => ({
    ...op,
    stream: op.stream.slice(0, 255),
  })),
  storing('keeps seconds instead of milliseconds', /^SF-46: level, source, time/, (op) => ({
    ...op,
    lines: op.lines.map((line) => ({ ...line, at: Math.floor(line.at / 1000) * 1000 })),
  })),
  reading('numbers lines from 0', /^S3: numbers begin at 1/, ({ number }) => ({ number: number - 1 })),
  reading('says that every line came with the first commit', /^S3: each line names its stream/, () => ({
    epoch: 1,
  })),
  reading('gives lines no place in their commit', /^S3: each line names its stream/, () => ({ ordinal: 0 })),
  viewing('excludes the last line of a range', anyRange, (view) => ({
    lines: (stream, range = {}) =>
      view.lines(stream, range.to === undefined ? range : { ...range, to: Math.max(0, range.to - 1) }),
  })),
  viewing('answers the first lines for the last', anyRange, (view) => ({
    async *lines(stream, range = {}) {
      const { last, ...rest } = range;
      yield* (await toArray(view.lines(stream, rest))).slice(0, last);
    },
  })),
  viewing('takes the last lines after turning them round', anyRange, (view) => ({
    async *lines(stream, range = {}) {
      const { last, ...rest } = range;
      const lines = await toArray(view.lines(stream, rest));
      yield* last === undefined ? lines : lines.slice(-last);
    },
  })),
  viewing('excludes the moment of until', anyRange, (view) => ({
    lines: (stream, range = {}) =>
      view.lines(stream, range.until === undefined ? range : { ...range, until: range.until - 1 }),
  })),
  viewing('orders lines by time', anyRange, (view) => ({
    async *lines(stream, range) {
      yield* (await toArray(view.lines(stream, range))).sort((a, b) => a.at - b.at);
    },
  })),
  viewing('ignores fields of a range that it does not know', /^S11: a range that is none/, (view) => ({
    lines: (stream, range = {}) => {
      const { limit: _, ...rest } = range as { limit?: number };
      return view.lines(stream, rest);
    },
  })),
  viewing('orders streams by their UTF-16 units', /^SF-48: streams are listed in the order/, (view) => ({
    async *streams() {
      yield* (await toArray(view.streams())).sort();
    },
  })),
  {
    name: 'shows lines that came after the snapshot',
    caughtBy: /^S4: a snapshot shows the same/,
    breaks: (inner) => ({
      pin: async () => {
        const pin = await inner.pin();
        const lines = async function* (stream: string, range?: object) {
          yield* (await inner.pin()).view.lines(stream, range);
        };
        return overlay(pin, { view: overlay(pin.view, { lines }) });
      },
    }),
  },
  {
    name: 'begins to number anew when it is opened',
    caughtBy: /^S2: every acknowledged line is there after a reopen/,
    breaks: (inner, disk) => ({
      open: async (context) => {
        const head = await inner.open(context);
        for (const [name, stream] of disk.logs?.streams.entries() ?? []) {
          if (disk.logs)
            disk.logs = { ...disk.logs, streams: disk.logs.streams.set(name, { ...stream, last: 0 }) };
        }
        return head;
      },
    }),
  },
  {
    name: 'keeps the ops that it is given instead of copies',
    caughtBy: /^S4: an op by hand is stored as it was/,
    breaks: () => ({ copy: (op) => op }),
  },
  {
    name: 'copies an op and not its lines',
    caughtBy: /^S4: an op by hand is stored as it was/,
    breaks: () => ({
      copy: (op) => (op.type === 'append-lines' ? { ...op, lines: [...op.lines] } : { ...op }),
    }),
  },
  {
    name: 'claims `follow`, and has pins that cannot be clamped',
    caughtBy: /^S4: a pin is clamped to the epoch of its leader/,
    breaks: (inner) => ({
      pin: async () => {
        const { clamp: _, isCurrent: __, ...pin } = await inner.pin();
        return pin;
      },
    }),
  },
  {
    name: 'claims `follow`, and asks no leader',
    caughtBy: /^S1: what its leader never committed is gone/,
    breaks: (inner) => ({
      open: async ({ leader: _, ...context }) => await inner.open(context),
      refresh: async () => await inner.refresh(),
    }),
  },
];
