import type { AppendResult, Epoch, LogOp } from '@stepwell/core';
import { emptyStream, type LogState } from './log-state.ts';

const utf8 = new TextEncoder();

/** The state after one op, and the numbers that its lines got. `ordinal` is the place of its first line in the commit. */
export function appendLogOp(
  state: LogState,
  op: LogOp,
  epoch: Epoch,
  ordinal: number,
): { readonly state: LogState; readonly result: AppendResult } {
  const before = state.streams.get(op.stream) ?? emptyStream();
  let { lines, last } = before;
  for (const [place, { content, at, level, source, terminated }] of op.lines.entries()) {
    last += 1;
    // A copy: the caller may go on using its buffer.
    const bytes = typeof content === 'string' ? utf8.encode(content) : Uint8Array.from(content);
    const line = {
      stream: op.stream,
      number: last,
      at,
      level,
      source,
      terminated,
      epoch,
      ordinal: ordinal + place,
      bytes,
    };
    lines = lines.set(last, line);
  }
  const result = { stream: op.stream, first: before.last + 1, last };
  if (op.lines.length === 0) return { state, result };
  return { state: { ...state, streams: state.streams.set(op.stream, { ...before, lines, last }) }, result };
}
