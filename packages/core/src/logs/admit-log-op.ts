import {
  checkBoolean,
  checkKey,
  checkOneOf,
  checkTime,
  describe,
  invalid,
} from '../validation/check-value.ts';
import { checkContentText } from './check-content.ts';
import { CheckedLines } from './checked-lines.ts';
import { lineOverhead } from './line-gatherer.ts';
import type { StoredLine } from './log-line.ts';
import { logLevels, logSources } from './log-line.ts';
import type { LogOp } from './log-op.ts';
import { admitPruneOp } from './prune-op.ts';

/**
 * Checks a log op, whoever made it, and answers its rough size in bytes: the `admit` of every log driver.
 * @throws `INVALID_ARGUMENT`, naming the field
 */
export function admitLogOp(op: LogOp): number {
  if (op?.type === 'prune-lines') return admitPruneOp(op);
  if (op?.type !== 'append-lines') throw invalid(`not a log op: ${describe(op)}`);
  const checked = CheckedLines.sizeOf(op);
  if (checked !== undefined) return checked;
  let size = 50 + checkKey(op.stream, 'stream');
  if (!Array.isArray(op.lines)) throw invalid(`lines must be an array, not ${describe(op.lines)}`);
  for (const line of op.lines) size += checkLine(line) + lineOverhead;
  return size;
}

function checkLine(line: StoredLine): number {
  if (typeof line !== 'object' || line === null)
    throw invalid(`a line must be an object, not ${describe(line)}`);
  checkTime(line.at, 'at');
  checkOneOf(line.level, logLevels, 'level');
  checkOneOf(line.source, logSources, 'source');
  checkBoolean(line.terminated, 'terminated');
  const { content } = line;
  if (content instanceof Uint8Array) return content.byteLength;
  checkContentText(content);
  return content.length;
}
