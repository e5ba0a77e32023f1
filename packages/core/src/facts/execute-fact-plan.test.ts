import fc from 'fast-check';
import { expect, test } from 'vitest';
import { codeOf } from '../fixtures/code-of.ts';
import { toArray } from '../iterate/to-array.ts';
import { executeFactPlan } from './execute-fact-plan.ts';
import { type Fact, type FactPattern, matchesPattern } from './fact.ts';
import type { FactPlan } from './fact-plan.ts';
import { type FactQuery, factQuery } from './fact-query.ts';

const fact = (text: string): Fact => {
  const [subject = '', predicate = '', object = ''] = text.split(' ');
  return { subject, predicate, object };
};
const textOf = ({ subject, predicate, object }: Fact): string => `${subject} ${predicate} ${object}`;

function matcherOf(facts: readonly Fact[]) {
  return async function* match(pattern: FactPattern): AsyncGenerator<Fact> {
    for (const one of facts) if (matchesPattern(one, pattern)) yield one;
  };
}

function queryOver(texts: readonly string[], start: FactPattern = {}): FactQuery {
  const match = matcherOf(texts.map(fact));
  return factQuery((plan) => executeFactPlan(match, plan), start);
}

const family = [
  'build produced app',
  'build produced lib',
  'release contains app',
  'deploy shipped release',
  'app imports lib',
  'lib imports app',
];

const answer = async (query: FactQuery): Promise<string[]> => (await query.all()).map(textOf).sort();

test.each<[FactPattern, number]>([
  [{}, 6],
  [{ subject: 'build' }, 2],
  [{ predicate: 'produced' }, 2],
  [{ object: 'app' }, 3],
  [{ subject: 'build', predicate: 'produced' }, 2],
  [{ subject: 'build', object: 'lib' }, 1],
  [{ predicate: 'imports', object: 'app' }, 1],
  [{ subject: 'build', predicate: 'produced', object: 'app' }, 1],
  [{ subject: 'nobody' }, 0],
])('S4: the pattern %j matches %i facts', async (pattern, count) => {
  expect(await queryOver(family, pattern).count()).toBe(count);
});

test('S4: follow goes along the arrow, followReverse against it', async () => {
  const produced = queryOver(family, { subject: 'build' });
  expect(await answer(produced.follow('imports'))).toEqual(['app imports lib', 'lib imports app']);
  expect(await answer(produced.followReverse('contains'))).toEqual(['release contains app']);
  expect(await answer(produced.followReverse('contains').followReverse('shipped'))).toEqual([
    'deploy shipped release',
  ]);
  expect(await answer(produced.follow('imports').where({ object: 'app' }))).toEqual(['lib imports app']);
  expect(await answer(produced.follow('nothing').follow('imports'))).toEqual([]);
});

test('S4: each fact comes once, however many ways lead to it', async () => {
  const diamond = ['a to b', 'a to c', 'b to d', 'c to d', 'd to e'];
  expect(await answer(queryOver(diamond, { subject: 'a' }).follow('to').follow('to'))).toEqual(['d to e']);
});

test('S10: limit stops reading', async () => {
  let read = 0;
  async function* endless(): AsyncGenerator<Fact> {
    for (;;) {
      read += 1;
      yield fact(`s p o${read}`);
    }
  }
  const query = factQuery((plan) => executeFactPlan(endless, plan)).limit(3);
  expect(await query.all()).toHaveLength(3);
  expect(read).toBe(3);
  expect(await toArray(query.stream())).toHaveLength(3);
});

test('S11: a query is plain data, never changed by a call, and refuses what means nothing', async () => {
  const start = queryOver(family, { subject: 'build' });
  const next = start.follow('imports').where({ object: 'app' }).limit(5);
  expect(start.plan).toEqual({ start: { subject: 'build' }, hops: [] });
  expect(JSON.parse(JSON.stringify(next.plan))).toEqual({
    start: { subject: 'build' },
    hops: [
      { type: 'follow', predicate: 'imports' },
      { type: 'where', pattern: { object: 'app' } },
    ],
    limit: 5,
  });
  expect(next.limit(9).plan.limit).toBe(5);
  expect(next.limit(2).plan.limit).toBe(2);
  for (const count of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '3' as never]) {
    expect(await codeOf(() => start.limit(count))).toBe('INVALID_ARGUMENT');
  }
  for (const hop of [() => next.follow('x'), () => next.followReverse('x'), () => next.where({})]) {
    expect(await codeOf(hop)).toBe('INVALID_ARGUMENT');
  }
});

/** The same meaning over sets, with no thought for cost. */
function naive(facts: readonly Fact[], plan: FactPlan): Set<string> {
  let found = facts.filter((one) => matchesPattern(one, plan.start));
  let end: 'subject' | 'object' = 'object';
  for (const hop of plan.hops) {
    if (hop.type === 'where') {
      found = found.filter((one) => matchesPattern(one, hop.pattern));
      continue;
    }
    const nodes = new Set(found.map((one) => one[end]));
    const from = hop.type === 'follow' ? 'subject' : 'object';
    found = facts.filter((one) => one.predicate === hop.predicate && nodes.has(one[from]));
    end = hop.type === 'follow' ? 'object' : 'subject';
  }
  return new Set(found.map(textOf));
}

const term = fc.constantFrom('a', 'b', 'c', 'd');
const predicate = fc.constantFrom('p', 'q');
const pattern = fc.record({ subject: term, predicate, object: term }, { requiredKeys: [] });
const hop = fc.oneof(
  fc.record({ type: fc.constant('follow' as const), predicate }),
  fc.record({ type: fc.constant('follow-reverse' as const), predicate }),
  fc.record({ type: fc.constant('where' as const), pattern }),
);

test('S4: any chain over any facts answers what a naive model answers', async () => {
  const facts = fc.uniqueArray(fc.record({ subject: term, predicate, object: term }), { selector: textOf });
  const plans = fc.record({ start: pattern, hops: fc.array(hop, { maxLength: 4 }) });
  await fc.assert(
    fc.asyncProperty(facts, plans, fc.integer({ min: 1, max: 5 }), async (stored, plan, limit) => {
      const match = matcherOf(stored);
      const expected = naive(stored, plan);
      const found = (await toArray(executeFactPlan(match, plan))).map(textOf);
      expect(found.length).toBe(new Set(found).size);
      expect(new Set(found)).toEqual(expected);
      const some = (await toArray(executeFactPlan(match, { ...plan, limit }))).map(textOf);
      expect(some).toEqual(found.slice(0, limit));
    }),
    { numRuns: 300 },
  );
});
