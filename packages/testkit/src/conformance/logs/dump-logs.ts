import { type LogLine, type LogView, type StreamInfo, toArray } from '@stepwell/core';

/** Every field of a line but its text, which follows from its bytes. */
export type LineDump = Omit<LogLine, 'text' | 'bytes' | 'toJSON'> & { readonly hex: string };

export interface LogDump {
  readonly streams: readonly { readonly info: StreamInfo | undefined; readonly lines: readonly LineDump[] }[];
}

/** Everything that a view shows, for comparing whole states. */
export async function dumpLogs(view: LogView): Promise<LogDump> {
  const streams = [];
  for (const stream of await toArray(view.streams())) {
    streams.push({ info: await view.info(stream), lines: (await toArray(view.lines(stream))).map(dumpLine) });
  }
  return { streams };
}

export function dumpLine(line: LogLine): LineDump {
  const { stream, number, at, level, source, terminated, epoch, ordinal, bytes } = line;
  return {
    stream,
    number,
    at,
    level,
    source,
    terminated,
    epoch,
    ordinal,
    hex: Buffer.from(bytes).toString('hex'),
  };
}
