import { checkBoolean, checkInteger, describe, invalid, quote } from '../validation/check-value.ts';
import { readGiven } from '../validation/copy-json.ts';
import { readFields } from '../validation/read-fields.ts';
import { type CheckedPattern, checkLinePattern, type LinePattern } from './line-pattern.ts';
import type { CountOptions, SearchOptions } from './log-view.ts';

/** S10: with more lines around every match, a search would hold more than a chunk. */
const mostContext = 1000;

/** A search as a driver carries it out: checked, read once, with its defaults. */
export interface CheckedSearch {
  /** A text to find byte for byte, or a pattern. */
  readonly pattern: string | CheckedPattern;
  /** Absent: all. */
  readonly streams?: readonly string[];
  /** Of a text; a pattern knows its own. */
  readonly ignoreCase: boolean;
  /** Infinity where there is none; as are the bounds below, `since` and `until` on their own sides. */
  readonly limit: number;
  /** How many lines of context come before a match, and after it. */
  readonly before: number;
  readonly after: number;
  readonly from: number;
  readonly to: number;
  readonly since: number;
  readonly until: number;
}

const searchFields: ReadonlySet<string> = new Set<keyof SearchOptions>([
  'streams',
  'ignoreCase',
  'limit',
  'context',
  'from',
  'to',
  'since',
  'until',
]);
const countFields: ReadonlySet<string> = new Set<keyof CountOptions>([
  'streams',
  'ignoreCase',
  'from',
  'to',
  'since',
  'until',
]);

/**
 * The search as it was when it was asked for.
 * @throws `INVALID_ARGUMENT` for a text that cannot be in a line, a pattern that is none, an unknown option or one
 * without a sensible value, and for `ignoreCase` beside a pattern
 */
export function checkSearch(pattern: string | LinePattern, options: SearchOptions): CheckedSearch {
  return check(pattern, options, searchFields, 'a search');
}

/** As {@link checkSearch}, for `counts`. @throws `INVALID_ARGUMENT` */
export function checkCount(pattern: string | LinePattern, options: CountOptions): CheckedSearch {
  return check(pattern, options, countFields, 'a count');
}

function check(
  pattern: string | LinePattern,
  options: unknown,
  known: ReadonlySet<string>,
  what: string,
): CheckedSearch {
  const given: Record<string, unknown> = {};
  for (const [field, value] of readFields(options, `the options of ${what}`)) {
    if (!known.has(field)) throw invalid(`${what} has no option ${quote(field)}`);
    if (value !== undefined) given[field] = readOption(field, value);
  }
  const { context, ...rest } = given as { context?: Context } & Partial<CheckedSearch>;
  if (rest.ignoreCase !== undefined && typeof pattern !== 'string')
    throw invalid('ignoreCase is for a text: a pattern says itself which letters it folds');
  return {
    pattern: typeof pattern === 'string' ? checkText(pattern) : checkLinePattern(pattern),
    ignoreCase: false,
    limit: Number.POSITIVE_INFINITY,
    before: context?.before ?? 0,
    after: context?.after ?? 0,
    from: 1,
    to: Number.POSITIVE_INFINITY,
    since: Number.NEGATIVE_INFINITY,
    until: Number.POSITIVE_INFINITY,
    ...rest,
  };
}

function checkText(text: string): string {
  if (!text.isWellFormed())
    throw invalid(`the text to search for must be well-formed text, not ${describe(text)}`);
  if (text === '') throw invalid('there is nothing to search for: the text is empty');
  return text;
}

function readOption(field: string, value: unknown): unknown {
  if (field === 'streams') return readStreams(value);
  if (field === 'context') return readContext(value);
  if (field === 'ignoreCase') checkBoolean(value, field);
  else if (field === 'since' || field === 'until') checkInteger(value, field);
  else checkInteger(value, field, field === 'to' ? 0 : 1);
  return value;
}

interface Context {
  readonly before?: number;
  readonly after?: number;
}

/** A number stands for both sides. */
function readContext(given: unknown): Context {
  if (typeof given === 'number') return { before: checkContext(given, 'context'), after: given };
  const context: { before?: number; after?: number } = {};
  for (const [field, value] of readFields(given, 'context')) {
    if (field !== 'before' && field !== 'after') throw invalid(`context has no field ${quote(field)}`);
    if (value !== undefined) context[field] = checkContext(value, `context.${field}`);
  }
  return context;
}

function checkContext(value: unknown, field: string): number {
  checkInteger(value, field, 0);
  if ((value as number) > mostContext)
    throw invalid(`${field} must be at most ${mostContext} lines, not ${String(value)}`, { field });
  return value as number;
}

/** Up to the first that is no text: an array of holes may be longer than memory. */
function readStreams(given: unknown): readonly string[] {
  return readGiven(() => {
    if (!Array.isArray(given)) throw invalid(`streams must be an array of texts, not ${describe(given)}`);
    const streams: string[] = [];
    for (const stream of given as readonly unknown[]) {
      if (typeof stream !== 'string')
        throw invalid(`streams must be an array of texts, and holds ${describe(stream)}`);
      streams.push(stream);
    }
    return streams;
  });
}
