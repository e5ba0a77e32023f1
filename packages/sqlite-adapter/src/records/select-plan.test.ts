import { type RecordFilter, type RecordKind, type RecordQuery, recordKinds } from '@stepwell/core';
import { expect, test } from 'vitest';
import { matchSql } from '../facts/match-facts.ts';
import { databaseIn, openDriver } from '../fixtures/open-driver.ts';
import { withSqlite } from '../fixtures/sqlite.ts';
import { sqliteRecords } from '../index.ts';
import { selectCount, selectList } from './select-records.ts';

const filters: Readonly<Record<RecordKind, readonly RecordFilter[]>> = {
  execution: [
    { ids: ['a'] },
    { status: ['running'] },
    { status: ['running', 'pending', 'failed'] },
    { name: 'n' },
    { user: 'u' },
    { tag: 't' },
    { session: 's' },
    { createdFrom: 1 },
    { createdBefore: 2 },
  ],
  step: [
    { ids: ['a'] },
    { status: ['running'] },
    { status: ['running', 'skipped'] },
    { name: 'n' },
    { executionId: 'e' },
  ],
  artifact: [
    { ids: ['a'] },
    { name: 'n' },
    { executionId: 'e' },
    { stepId: 's' },
    { tag: 't' },
    { createdFrom: 1, createdBefore: 2 },
  ],
};

/** Every filter alone, every pair of them, and none. */
function combinations(kind: RecordKind): RecordFilter[] {
  const all = filters[kind];
  return [{}, ...all, ...all.flatMap((one) => all.map((other) => ({ ...one, ...other })))];
}

test('SF-32: no list scans a table or sorts, whatever its filters, order and page', async () => {
  await using place = await databaseIn('plans');
  await using _store = await openDriver(sqliteRecords({ path: place.path }));
  withSqlite(place.path, (db) => {
    const planOf = (sql: string, parameters: readonly unknown[]): string[] =>
      (db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(parameters) as { detail: string }[]).map(
        ({ detail }) => detail,
      );
    for (const kind of recordKinds) {
      for (const filter of combinations(kind)) {
        for (const order of ['newest', 'oldest'] as const) {
          const after = kind === 'step' ? { id: 'x', index: 1 } : { id: 'x', createdAt: 1 };
          const pages: RecordQuery[] = [
            { ...filter, order },
            { ...filter, order, after, limit: 10 },
          ];
          for (const query of pages) {
            const { sql, parameters } = selectList(kind, query);
            const plan = planOf(sql, parameters);
            const what = `${kind} ${JSON.stringify(query)}\n${plan.join('\n')}`;
            expect(
              plan.filter((line) => /^SCAN (?!each|json_each)/.test(line) && !line.includes('USING')),
              what,
            ).toEqual([]);
            // Some ids are few enough to sort; nothing else is.
            if (query.ids === undefined)
              expect(
                plan.filter((line) => line.includes('TEMP B-TREE')),
                what,
              ).toEqual([]);
          }
        }
        const { sql, parameters } = selectCount(kind, filter);
        const plan = planOf(sql, parameters);
        const scans = plan.filter((line) => /^SCAN (?!json_each)/.test(line) && !line.includes('USING'));
        expect(scans, `count ${kind} ${JSON.stringify(filter)}\n${plan.join('\n')}`).toEqual([]);
      }
    }
  });
});

test('SD-88: each of the eight patterns of facts reads the index that begins with what is given', async () => {
  await using place = await databaseIn('plans');
  await using _store = await openDriver(sqliteRecords({ path: place.path }));
  const wanted: [('subject' | 'predicate' | 'object')[], RegExp][] = [
    [
      ['subject', 'predicate', 'object'],
      /^SEARCH facts USING (PRIMARY KEY|COVERING INDEX \w+) \(\w=\? AND \w=\? AND \w=\?\)$/,
    ],
    [['subject', 'predicate'], /^SEARCH facts USING PRIMARY KEY \(s=\? AND p=\?\)$/],
    [['subject', 'object'], /^SEARCH facts USING COVERING INDEX facts_osp \(o=\? AND s=\?\)$/],
    [['predicate', 'object'], /^SEARCH facts USING COVERING INDEX facts_pos \(p=\? AND o=\?\)$/],
    [['subject'], /^SEARCH facts USING PRIMARY KEY \(s=\?\)$/],
    [['predicate'], /^SEARCH facts USING COVERING INDEX facts_pos \(p=\?\)$/],
    [['object'], /^SEARCH facts USING COVERING INDEX facts_osp \(o=\?\)$/],
    [[], /^SCAN facts/],
  ];
  withSqlite(place.path, (db) => {
    for (const [given, plan] of wanted) {
      const rows = db.prepare(`EXPLAIN QUERY PLAN ${matchSql(new Set(given))}`).all(given) as {
        detail: string;
      }[];
      expect(rows.find(({ detail }) => / facts\b/.test(detail))?.detail, given.join(' ')).toMatch(plan);
    }
  });
});
