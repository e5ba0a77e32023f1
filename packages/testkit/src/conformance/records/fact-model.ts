import { type Fact, type FactHop, type FactPattern, type FactQuery, matchesPattern } from '@stepwell/core';
import fc from 'fast-check';

/** Few terms, so that chains meet, cross and run in circles. */
const node = fc.constantFrom('a', 'b', 'A', '__proto__', '😀');
const predicate = fc.constantFrom('uses', 'Uses');

export const anyFact: fc.Arbitrary<Fact> = fc.record({ subject: node, predicate, object: node });
export const anyGraph: fc.Arbitrary<Fact[]> = fc.array(anyFact, { maxLength: 25, size: 'max' });
export const anyPattern: fc.Arbitrary<FactPattern> = fc.oneof(
  { weight: 2, arbitrary: fc.record({}) },
  { weight: 2, arbitrary: fc.record({ predicate }) },
  { weight: 1, arbitrary: fc.record({ subject: node, predicate, object: node }, { requiredKeys: [] }) },
);
export const anyHops: fc.Arbitrary<FactHop[]> = fc.array(
  fc.oneof(
    fc.record({ type: fc.constant('follow' as const), predicate }),
    fc.record({ type: fc.constant('follow-reverse' as const), predicate }),
    fc.record({ type: fc.constant('where' as const), pattern: anyPattern }),
  ),
  { maxLength: 4, size: 'max' },
);

/** Builds the chain call by call, as a program would. */
export function chain(query: FactQuery, hops: readonly FactHop[]): FactQuery {
  return hops.reduce((chained, hop) => {
    if (hop.type === 'where') return chained.where(hop.pattern);
    return hop.type === 'follow' ? chained.follow(hop.predicate) : chained.followReverse(hop.predicate);
  }, query);
}

/** What a chain must answer, by whole sets in memory: no part of core's executor is in it. */
export function expectedFacts(
  graph: readonly Fact[],
  start: FactPattern,
  hops: readonly FactHop[],
): string[] {
  const all = distinct(graph);
  let facts = all.filter((fact) => matchesPattern(fact, start));
  let end: 'subject' | 'object' = 'object';
  for (const hop of hops) {
    if (hop.type === 'where') {
      facts = facts.filter((fact) => matchesPattern(fact, hop.pattern));
      continue;
    }
    const nodes = new Set(facts.map((fact) => fact[end]));
    end = hop.type === 'follow' ? 'object' : 'subject';
    const from = hop.type === 'follow' ? 'subject' : 'object';
    facts = all.filter((fact) => fact.predicate === hop.predicate && nodes.has(fact[from]));
  }
  return facts.map(factKey).sort();
}

export function factKey({ subject, predicate, object }: Fact): string {
  return JSON.stringify([subject, predicate, object]);
}

function distinct(graph: readonly Fact[]): Fact[] {
  return [...new Map(graph.map((fact) => [factKey(fact), fact])).values()];
}
