import type { AppendLinesOp, AppendResult, Epoch, LogOp, PruneLinesOp, PruneResult } from '@stepwell/core';
import { emptyStream, firstKept, type LogState } from './log-state.ts';

const utf8 = new TextEncoder();

/** The state after one op, and what `write` answers for it. `ordinal` is the place of its first line in the commit. */
export function applyLogOp(
  state: LogState,
  op: LogOp,
  epoch: Epoch,
  ordinal: number,
): { readonly state: LogState; readonly result: AppendResult | PruneResult } {
  return op.type === 'prune-lines' ? prune(state, op, epoch) : append(state, op, epoch, ordinal);
}

function append(
  state: LogState,
  op: AppendLinesOp,
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

function prune(
  state: LogState,
  { stream: name, through = Number.POSITIVE_INFINITY }: PruneLinesOp,
  epoch: Epoch,
): { readonly state: LogState; readonly result: PruneResult } {
  const before = state.streams.get(name);
  if (before === undefined) return { state, result: { stream: name, first: 1 } };
  // Never beyond the end: lines to come are not pruned.
  const taken = { epoch, through: Math.min(through, before.last) };
  const stream = { ...before, prunes: [...before.prunes, taken] };
  return {
    state: { ...state, streams: state.streams.set(name, stream) },
    result: { stream: name, first: firstKept(stream, epoch) },
  };
}
