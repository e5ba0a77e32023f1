import {
  checkBoolean,
  checkKey,
  checkOneOf,
  checkTime,
  describe,
  invalid,
} from '../validation/check-value.ts';
import type { StoredLine } from './log-line.ts';
import { logLevels, logSources } from './log-line.ts';
import type { LogOp } from './log-op.ts';
import { admitPruneOp } from './prune-op.ts';

/** What a line holds beside its content, roughly. */
const lineOverhead = 24;

/**
 * Checks a log op, whoever made it, and answers its rough size in bytes: the `admit` of every log driver.
 * @throws `INVALID_ARGUMENT`, naming the field
 */
export function admitLogOp(op: LogOp): number {
  if (op?.type === 'prune-lines') return admitPruneOp(op);
  if (op?.type !== 'append-lines') throw invalid(`not a log op: ${describe(op)}`);
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
  if (typeof content !== 'string')
    throw invalid(`the content of a line must be text or bytes, not ${describe(content)}`);
  // Bytes that are no UTF-8 can be given as bytes; a lone surrogate would silently become U+FFFD.
  if (!content.isWellFormed())
    throw invalid('the content of a line holds a lone surrogate, which has no UTF-8 form');
  return content.length;
}
