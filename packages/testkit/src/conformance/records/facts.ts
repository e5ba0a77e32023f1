import assert from 'node:assert/strict';
import { type Fact, type FactPattern, putFact, removeFact } from '@stepwell/core';
import fc from 'fast-check';
import { hostileKeys } from '../support/arbitrary-text.ts';
import { checkProperty } from '../support/check-property.ts';
import { sortedFacts } from './dump-records.ts';
import { anyFact, expectedFacts } from './fact-model.ts';
import { type RecordGroup, recordGroup } from './group.ts';

const fact: Fact = { subject: 'main.o', predicate: 'made-from', object: 'main.c' };

export const facts: RecordGroup = recordGroup('facts', {
  'SD-19: each of the eight patterns finds exactly the facts that fit': async (bed) => {
    const terms = ['x', 'y'];
    const graph = terms.flatMap((subject) =>
      terms.flatMap((predicate) => terms.map((object) => ({ subject, predicate, object }))),
    );
    const store = await bed.open();
    await store.write(graph.map(putFact));
    await store.withSnapshot(async ({ view }) => {
      for (const subject of [undefined, 'x', 'nowhere']) {
        for (const predicate of [undefined, 'y', 'nowhere']) {
          for (const object of [undefined, 'x', 'nowhere']) {
            const pattern: FactPattern = {
              ...(subject !== undefined && { subject }),
              ...(predicate !== undefined && { predicate }),
              ...(object !== undefined && { object }),
            };
            const found = sortedFacts(await view.facts(pattern).all());
            assert.deepStrictEqual(found, expectedFacts(graph, pattern, []), JSON.stringify(pattern));
          }
        }
      }
      assert.equal(await view.facts().count(), 8, 'no pattern is every fact');
    });
  },

  'SD-19: a fact stored twice is one fact': async (bed) => {
    const store = await bed.open();
    await store.write([putFact(fact), putFact(fact)]);
    await store.write([putFact(fact)]);
    assert.deepStrictEqual(await store.withSnapshot(async ({ view }) => await view.facts().all()), [fact]);
  },

  'X-24: a fact that was removed and stored again is visible, by every pattern': async (bed) => {
    let store = await bed.open();
    await store.write([putFact(fact)]);
    await store.write([removeFact(fact)]);
    assert.equal(await store.withSnapshot(async ({ view }) => await view.facts().count()), 0);
    store = await bed.reopen(store);
    await store.write([putFact(fact)]);
    for (const pattern of [
      {},
      { subject: fact.subject },
      { predicate: fact.predicate },
      { object: fact.object },
      fact,
    ]) {
      const found = await store.withSnapshot(async ({ view }) => await view.facts(pattern).all());
      assert.deepStrictEqual(found, [fact], JSON.stringify(pattern));
    }
    await store.write([removeFact(fact), putFact(fact), removeFact(fact)]);
    assert.equal(
      await store.withSnapshot(async ({ view }) => await view.facts(fact).count()),
      0,
      'the last word counts',
    );
  },

  'SD-19: removing a fact that is not there does nothing': async (bed) => {
    const store = await bed.open();
    await store.write([putFact(fact)]);
    await store.write([
      removeFact({ ...fact, object: 'other.c' }),
      removeFact({ ...fact, subject: 'nobody' }),
    ]);
    assert.deepStrictEqual(await store.withSnapshot(async ({ view }) => await view.facts().all()), [fact]);
  },

  'SD-19: hostile terms are terms, each apart from every other': async (bed) => {
    const store = await bed.open();
    const graph = hostileKeys.map((key) => ({ subject: key, predicate: key, object: key }));
    await store.write(graph.map(putFact));
    await store.withSnapshot(async ({ view }) => {
      assert.equal(await view.facts().count(), hostileKeys.length);
      for (const key of hostileKeys) {
        for (const pattern of [{ subject: key }, { predicate: key }, { object: key }]) {
          assert.deepStrictEqual(sortedFacts(await view.facts(pattern).all()), [
            JSON.stringify([key, key, key]),
          ]);
        }
      }
    });
  },

  'SD-19: after any sequence of puts and removals all access paths agree (property)': async (bed) => {
    const steps = fc.array(fc.record({ fact: anyFact, put: fc.boolean() }), { minLength: 1, maxLength: 30 });
    const store = await bed.open();
    const there = new Map<string, Fact>();
    await checkProperty(
      fc.asyncProperty(steps, async (plan) => {
        await store.write(plan.map((step) => (step.put ? putFact(step.fact) : removeFact(step.fact))));
        for (const step of plan) {
          const key = sortedFacts([step.fact]).join();
          if (step.put) there.set(key, step.fact);
          else there.delete(key);
        }
        const graph = [...there.values()];
        await store.withSnapshot(async ({ view }) => {
          for (const { fact: probe } of plan.slice(0, 3)) {
            const { subject, predicate, object } = probe;
            for (const pattern of [
              {},
              { subject },
              { predicate },
              { object },
              { subject, object },
              { predicate, object },
            ]) {
              assert.deepStrictEqual(
                sortedFacts(await view.facts(pattern).all()),
                expectedFacts(graph, pattern, []),
              );
            }
          }
        });
      }),
      20,
    );
  },
});
