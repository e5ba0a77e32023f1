import { type Execution, putExecution, type RecordQuery, remove, toArray } from '@stepwell/core';
import { expect, test } from 'vitest';
import { databaseIn, openDriver } from '../fixtures/open-driver.ts';
import { sqliteRecords } from '../index.ts';

test.each([
  ['newest', {}],
  ['oldest', { createdFrom: 100, createdBefore: 900 }],
  ['newest', { tag: 'even', createdBefore: 900 }],
] satisfies [RecordQuery['order'], RecordQuery][])(
  'SF-44: 10,000 rows page by page, %s first, where %j: each is seen once while rows come and go',
  async (order, filter: RecordQuery) => {
    await using place = await databaseIn('paging');
    await using store = await openDriver(sqliteRecords({ path: place.path }));
    const made = Array.from({ length: 10_000 }, (_, number): Pick<Execution, 'id' | 'createdAt' | 'tags'> => {
      return {
        id: `old ${number}`,
        createdAt: Math.floor(number / 10),
        tags: number % 2 === 0 ? ['even'] : [],
      };
    });
    await store.write(...made.map((init) => putExecution({ ...init, name: 'old' })));
    const seen: string[] = [];
    let after: RecordQuery['after'];
    for (let page = 0; ; page += 1) {
      const records = await store.read((view) =>
        toArray(view.list('execution', { ...filter, order, limit: 100, after })),
      );
      after = records.at(-1);
      if (after === undefined) break;
      seen.push(...records.map(({ id }) => id));
      // Before and behind the reader, and at its very place.
      for (const createdAt of [0, 500, 999, records.at(-1)?.createdAt ?? 0]) {
        const id = `new ${page} ${createdAt}`;
        await store.write(putExecution({ id, name: 'new', createdAt, tags: ['even'] }));
        if (page % 2 === 0) await store.write(remove('execution', id));
      }
    }
    const { createdFrom = 0, createdBefore = Infinity, tag } = filter;
    const expected = made
      .filter(({ createdAt }) => createdAt >= createdFrom && createdAt < createdBefore)
      .filter(({ tags }) => tag === undefined || tags.includes(tag))
      .map(({ id }) => id);
    expect(seen.filter((id) => id.startsWith('old')).sort()).toEqual(expected.sort());
    expect(new Set(seen).size).toBe(seen.length);
  },
);
