import {
  type LineRange,
  type LogLine,
  type LogOp,
  type LogView,
  type Reader,
  type Store,
  toArray,
} from '@stepwell/core';

export type LogStore = Store<LogView, LogOp>;

/** The lines of a stream as the store shows them now. */
export async function linesOf(
  store: Reader<LogView>,
  stream: string,
  range: LineRange = {},
): Promise<LogLine[]> {
  return await store.withSnapshot(async ({ view }) => await toArray(view.lines(stream, range)));
}

/** As {@link linesOf}, their texts alone. */
export async function textsOf(
  store: Reader<LogView>,
  stream: string,
  range: LineRange = {},
): Promise<string[]> {
  return (await linesOf(store, stream, range)).map(({ text }) => text);
}

export async function streamsOf(store: Reader<LogView>): Promise<string[]> {
  return await store.withSnapshot(async ({ view }) => await toArray(view.streams()));
}

/** `count` different texts. */
export function someTexts(count: number, prefix = 'line'): string[] {
  return Array.from({ length: count }, (_, place) => `${prefix} ${place + 1}`);
}
