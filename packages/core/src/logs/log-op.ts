import { checkTime } from '../validation/check-value.ts';
import { readGiven } from '../validation/copy-json.ts';
import { refuseOthers } from '../validation/refuse-others.ts';
import { CheckedLines } from './checked-lines.ts';
import { LineGatherer, lineFields } from './line-gatherer.ts';
import type { LogLineInit, StoredLine } from './log-line.ts';
import type { PruneLinesOp } from './prune-op.ts';

/** What a writer submits to a log backend. */
export type LogOp = AppendLinesOp | PruneLinesOp;

/** Appends lines: see {@link appendLines}. */
export interface AppendLinesOp {
  readonly type: 'append-lines';
  readonly stream: string;
  readonly lines: readonly StoredLine[];
}

/** What `write` answers for an {@link AppendLinesOp}: the numbers that its lines got. `last` is `first - 1` for no lines. */
export interface AppendResult {
  readonly stream: string;
  readonly first: number;
  readonly last: number;
}

/**
 * Appends lines to the end of `stream`, which is made by its first line.
 *
 * @throws `INVALID_ARGUMENT` for a field that no line has, or what cannot be read; the rest is checked when it is written
 *
 * @example
 * ```ts
 * import { appendLines } from '@stepwell/core';
 *
 * const op = appendLines('build', ['compiling', { content: 'no such file', level: 'error', source: 'stderr' }]);
 * console.log(op.lines.length);
 * ```
 */
export function appendLines(
  stream: string,
  lines: readonly (string | Uint8Array | LogLineInit)[],
): AppendLinesOp {
  const now = Date.now();
  return checkedLines(stream, lines, now) ?? { type: 'append-lines', stream, lines: givenLines(lines, now) };
}

/** Undefined where something is wrong, which the way of an op from elsewhere will tell. */
function checkedLines(
  stream: string,
  lines: readonly (string | Uint8Array | LogLineInit)[],
  now: number,
): AppendLinesOp | undefined {
  try {
    if (!Array.isArray(lines)) return undefined;
    checkTime(now, 'at');
    const gatherer = new LineGatherer();
    for (let i = 0; i < lines.length; i += 1) gatherer.add(lines[i], now);
    return new CheckedLines(stream, gatherer);
  } catch {
    return undefined;
  }
}

/** What is no list, or no line, is refused when it is written, like everything else. */
function givenLines(
  lines: readonly (string | Uint8Array | LogLineInit)[],
  now: number,
): readonly StoredLine[] {
  const given = readGiven(() => (Array.isArray(lines) ? lines.map((line) => givenLine(line, now)) : lines));
  return given as readonly StoredLine[];
}

function givenLine(line: string | Uint8Array | LogLineInit, now: number): StoredLine {
  const isLine = typeof line === 'object' && line !== null && !(line instanceof Uint8Array);
  const init: LogLineInit = isLine ? line : { content: line };
  if (isLine) refuseOthers(line, lineFields, 'a line');
  const { content, at = now, level = 'info', source = 'log', terminated = true } = init;
  return { content, at, level, source, terminated };
}
