import { checkText, invalid, quote } from '../validation/check-value.ts';
import { readFields } from '../validation/read-fields.ts';
import type { FactPattern } from './fact.ts';

const terms: ReadonlySet<string> = new Set(['subject', 'predicate', 'object']);

/**
 * The pattern as it was when it was given.
 * @throws `INVALID_ARGUMENT` for an unknown field, since a misspelt one would match everything, and for what is no term
 */
export function checkFactPattern(pattern: FactPattern): FactPattern {
  const fields = readFields(pattern, 'a fact pattern');
  for (const [term, value] of fields) {
    if (!terms.has(term)) throw invalid(`a fact pattern has no field ${quote(term)}`);
    if (value !== undefined) checkTerm(value, term);
  }
  return Object.fromEntries(fields);
}

/** @throws `INVALID_ARGUMENT` for what is no text, or holds NUL or a lone surrogate, and so can be no term */
export function checkTerm(value: unknown, term: string): string {
  checkText(value, term);
  return value as string;
}
