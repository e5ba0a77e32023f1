import { StoreError } from '../errors/store-error.ts';
import { describe } from '../validation/check-value.ts';
import { checkFactPattern, checkTerm } from './check-fact-pattern.ts';
import type { Fact, FactPattern } from './fact.ts';
import type { FactHop, FactPlan } from './fact-plan.ts';

/**
 * A chain of hops over facts; each call gives a new query, and nothing is read before `all`, `stream` or `count`.
 * A hop starts from the objects of the facts so far (after `followReverse`: from their subjects). Each fact is
 * yielded once.
 */
export interface FactQuery {
  readonly plan: FactPlan;
  follow(predicate: string): FactQuery;
  followReverse(predicate: string): FactQuery;
  where(pattern: FactPattern): FactQuery;
  /** At most this many facts; a positive integer. */
  limit(count: number): FactQuery;
  all(): Promise<Fact[]>;
  stream(): AsyncIterable<Fact>;
  count(): Promise<number>;
}

/** Makes a query that `execute` runs: {@link executeFactPlan}, or a backend's own compiler. */
export function factQuery(
  execute: (plan: FactPlan) => AsyncIterable<Fact>,
  start: FactPattern = {},
): FactQuery {
  return queryOf(execute, { start: checkFactPattern(start), hops: [] });
}

function queryOf(execute: (plan: FactPlan) => AsyncIterable<Fact>, plan: FactPlan): FactQuery {
  const hop = (next: FactHop): FactQuery => {
    if (plan.limit !== undefined) {
      throw new StoreError('INVALID_ARGUMENT', 'limit() ends a chain: no hop can follow it');
    }
    return queryOf(execute, { ...plan, hops: [...plan.hops, next] });
  };
  return {
    plan,
    follow: (predicate) => hop({ type: 'follow', predicate: checkTerm(predicate, 'predicate') }),
    followReverse: (predicate) =>
      hop({ type: 'follow-reverse', predicate: checkTerm(predicate, 'predicate') }),
    where: (pattern) => hop({ type: 'where', pattern: checkFactPattern(pattern) }),
    limit: (count) => {
      if (!Number.isSafeInteger(count) || count < 1) {
        throw new StoreError('INVALID_ARGUMENT', `limit must be a positive integer, not ${describe(count)}`);
      }
      return queryOf(execute, { ...plan, limit: Math.min(count, plan.limit ?? count) });
    },
    all: async () => {
      const facts: Fact[] = [];
      for await (const fact of execute(plan)) facts.push(fact);
      return facts;
    },
    stream: () => execute(plan),
    count: async () => {
      let count = 0;
      for await (const _ of execute(plan)) count += 1;
      return count;
    },
  };
}
