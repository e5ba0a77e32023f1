import { checkBoolean, checkInteger, describe, invalid, quote } from '../validation/check-value.ts';
import { readFields } from '../validation/read-fields.ts';
import type { LineRange } from './log-view.ts';

const fields: ReadonlySet<string> = new Set(['from', 'to', 'last', 'since', 'until', 'reverse']);

/** @throws `INVALID_ARGUMENT` for what is no name of a stream */
export function checkStreamName(stream: string): void {
  if (typeof stream !== 'string') throw invalid(`the name of a stream must be text, not ${describe(stream)}`);
}

/**
 * The range as it was when it was given.
 * @throws `INVALID_ARGUMENT` for an unknown field or a bound that is none
 */
export function checkLineRange(range: LineRange): LineRange {
  const given = readFields(range, 'a line range');
  for (const [field, value] of given) {
    if (!fields.has(field)) throw invalid(`a line range has no field ${quote(field)}`);
    if (value === undefined) continue;
    if (field === 'reverse') checkBoolean(value, field);
    else
      checkInteger(value, field, field === 'since' || field === 'until' ? undefined : field === 'to' ? 0 : 1);
  }
  return Object.fromEntries(given);
}
