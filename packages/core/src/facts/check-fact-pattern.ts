import { describe, invalid } from '../validation/check-value.ts';
import type { FactPattern } from './fact.ts';

const terms: ReadonlySet<string> = new Set(['subject', 'predicate', 'object']);

/** @throws `INVALID_ARGUMENT` for an unknown field: a misspelt one would match everything */
export function checkFactPattern(pattern: FactPattern): FactPattern {
  if (typeof pattern !== 'object' || pattern === null || Array.isArray(pattern)) {
    throw invalid(`a fact pattern must be an object, not ${describe(pattern)}`);
  }
  for (const [term, value] of Object.entries(pattern)) {
    if (!terms.has(term)) throw invalid(`a fact pattern has no field ${JSON.stringify(term)}`);
    if (value !== undefined) checkTerm(value, term);
  }
  return { ...pattern };
}

/** @throws `INVALID_ARGUMENT` for what is no text */
export function checkTerm(value: unknown, term: string): string {
  if (typeof value !== 'string') throw invalid(`${term} must be text, not ${describe(value)}`);
  return value;
}
