import { type Fact, type FactPattern, matchesPattern } from './fact.ts';
import type { FactPlan } from './fact-plan.ts';

/** All that a backend must offer for chains to run on it. */
export type FactMatcher = (pattern: FactPattern) => AsyncIterable<Fact>;

/**
 * Runs a plan on any backend, hop by hop. Holds the nodes of one hop, not its facts; a backend that can do better
 * compiles the plan instead, and must answer the same.
 */
export async function* executeFactPlan(match: FactMatcher, plan: FactPlan): AsyncGenerator<Fact> {
  let facts: AsyncIterable<Fact> = match(plan.start);
  let end: 'subject' | 'object' = 'object';
  for (const hop of plan.hops) {
    if (hop.type === 'where') {
      facts = filter(facts, hop.pattern);
      continue;
    }
    const nodes = nodesOf(facts, end);
    end = hop.type === 'follow' ? 'object' : 'subject';
    const from = hop.type === 'follow' ? 'subject' : 'object';
    facts = expand(match, nodes, from, hop.predicate);
  }
  let left = plan.limit ?? Number.POSITIVE_INFINITY;
  for await (const fact of facts) {
    yield fact;
    if (--left === 0) return;
  }
}

async function* filter(facts: AsyncIterable<Fact>, pattern: FactPattern): AsyncGenerator<Fact> {
  for await (const fact of facts) if (matchesPattern(fact, pattern)) yield fact;
}

/** Each node once. Distinct nodes expand to distinct facts, since every fact has one subject and one object. */
async function* nodesOf(facts: AsyncIterable<Fact>, end: 'subject' | 'object'): AsyncGenerator<string> {
  const seen = new Set<string>();
  for await (const fact of facts) {
    const node = fact[end];
    if (seen.has(node)) continue;
    seen.add(node);
    yield node;
  }
}

async function* expand(
  match: FactMatcher,
  nodes: AsyncIterable<string>,
  from: 'subject' | 'object',
  predicate: string,
): AsyncGenerator<Fact> {
  // Nodes are drained first: a backend need not offer two reads at once.
  const all: string[] = [];
  for await (const node of nodes) all.push(node);
  for (const node of all) yield* match({ [from]: node, predicate });
}
