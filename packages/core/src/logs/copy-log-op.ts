import { readGiven } from '../validation/copy-json.ts';
import { CheckedLines } from './checked-lines.ts';
import type { StoredLine } from './log-line.ts';
import type { LogOp } from './log-op.ts';

/**
 * A copy of an op that whoever gave it can no longer change, bytes included: a reader that fills one buffer again and
 * again may log from it. The `copy` of every log driver. Checks nothing: see {@link admitLogOp}. What `appendLines` made
 * is such a copy already.
 * @throws `INVALID_ARGUMENT` when it cannot even be read
 */
export function copyLogOp<Op extends LogOp>(op: Op): Op {
  if (typeof op !== 'object' || op === null || CheckedLines.columnsOf(op) !== undefined) return op;
  return readGiven(() => {
    const copy = { ...op };
    if (!('lines' in copy) || !Array.isArray(copy.lines)) return copy;
    return { ...copy, lines: copy.lines.map(copyLine) };
  });
}

function copyLine(line: StoredLine): StoredLine {
  if (typeof line !== 'object' || line === null) return line;
  const { content, ...rest } = line;
  // Not `slice`: on a Buffer that is a view of the same bytes.
  return { ...rest, content: content instanceof Uint8Array ? new Uint8Array(content) : content };
}
