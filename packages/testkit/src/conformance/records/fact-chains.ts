import assert from 'node:assert/strict';
import { putFact, removeFact, toArray } from '@stepwell/core';
import fc from 'fast-check';
import { checkProperty } from '../support/check-property.ts';
import { rejectsWith } from '../support/rejects-with.ts';
import { sortedFacts } from './dump-records.ts';
import { anyGraph, anyHops, anyPattern, chain, expectedFacts } from './fact-model.ts';
import { type RecordGroup, recordGroup } from './group.ts';

export const factChains: RecordGroup = recordGroup('chains of facts', {
  'SD-19: any chain over any graph answers what sets in memory would (property)': async (bed) => {
    const store = await bed.open();
    await checkProperty(
      fc.asyncProperty(
        anyGraph,
        fc.array(fc.tuple(anyPattern, anyHops), { maxLength: 4 }),
        async (graph, chains) => {
          await store.write(graph.map(putFact));
          await store.withSnapshot(async ({ view }) => {
            for (const [start, hops] of chains) {
              const query = chain(view.facts(start), hops);
              const expected = expectedFacts(graph, start, hops);
              const found = await query.all();
              assert.deepStrictEqual(sortedFacts(found), expected, JSON.stringify({ start, hops }));
              assert.equal(await query.count(), expected.length, 'count agrees with all');
              assert.deepStrictEqual(
                sortedFacts(await toArray(query.stream())),
                expected,
                'stream agrees with all',
              );
            }
          });
          await store.write(graph.map(removeFact));
        },
      ),
      40,
    );
  },

  'SD-19: a limit yields so many of the chain’s facts, each once (property)': async (bed) => {
    const store = await bed.open();
    await checkProperty(
      fc.asyncProperty(
        anyGraph,
        anyPattern,
        anyHops,
        fc.integer({ min: 1, max: 6 }),
        async (graph, start, hops, limit) => {
          await store.write(graph.map(putFact));
          const found = await store.withSnapshot(async ({ view }) =>
            sortedFacts(await chain(view.facts(start), hops).limit(limit).all()),
          );
          const expected = expectedFacts(graph, start, hops);
          assert.equal(found.length, Math.min(limit, expected.length));
          assert.equal(new Set(found).size, found.length, 'no fact twice');
          assert.ok(
            found.every((fact) => expected.includes(fact)),
            'only facts of the chain',
          );
          await store.write(graph.map(removeFact));
        },
      ),
      40,
    );
  },

  'SD-19: a chain is only read when it is asked, and can be asked again': async (bed) => {
    const store = await bed.open();
    const edge = (subject: string, object: string) => putFact({ subject, predicate: 'next', object });
    await store.write([edge('a', 'b'), edge('b', 'c'), edge('c', 'a')]);
    await store.withSnapshot(async ({ view }) => {
      const once = view.facts({ subject: 'a' });
      const twice = once.follow('next');
      const around = twice.follow('next').follow('next');
      assert.deepStrictEqual(
        (await around.all()).map(({ subject }) => subject),
        ['a'],
        'round the circle and back',
      );
      assert.deepStrictEqual(
        (await once.all()).map(({ object }) => object),
        ['b'],
        'a query does not change',
      );
      assert.deepStrictEqual(
        (await twice.all()).map(({ object }) => object),
        ['c'],
      );
      assert.deepStrictEqual(
        (await twice.all()).map(({ object }) => object),
        ['c'],
      );
    });
  },

  'SD-19: a limit is a positive integer and ends the chain': async (bed) => {
    const store = await bed.open();
    await store.withSnapshot(async ({ view }) => {
      for (const limit of [0, -1, 1.5, Number.NaN, '3' as never]) {
        await rejectsWith('INVALID_ARGUMENT', () => view.facts().limit(limit), `limit ${String(limit)}`);
      }
      await rejectsWith('INVALID_ARGUMENT', () => view.facts().limit(1).follow('p'));
    });
  },
});
