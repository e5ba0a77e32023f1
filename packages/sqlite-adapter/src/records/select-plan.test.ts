import { type RecordFilter, type RecordKind, type RecordQuery, recordKinds } from '@stepwell/core';
import { expect, test } from 'vitest';
import { matchSql } from '../facts/match-facts.ts';
import { databaseIn, openDriver } from '../fixtures/open-driver.ts';
import { withSqlite } from '../fixtures/sqlite.ts';
import { sqliteRecords } from '../index.ts';
import { driverOf } from './select-plan.ts';
import { type Select, selectCount, selectList } from './select-records.ts';

type Driver = NonNullable<ReturnType<typeof driverOf>> | 'none';

const filters: Readonly<Record<RecordKind, readonly RecordFilter[]>> = {
  execution: [
    { ids: ['a', 'b'] },
    { status: ['running'] },
    { status: ['running', 'pending', 'failed'] },
    { name: 'n' },
    { user: 'u' },
    { tag: 't' },
    { session: 's' },
    { createdFrom: 1 },
    { createdBefore: 2 },
    { createdFrom: 1, createdBefore: 2 },
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
    { createdFrom: 1 },
    { createdBefore: 2 },
    { createdFrom: 1, createdBefore: 2 },
  ],
};

/** How the rows of a list are reached, by the narrowest filter that the query has. */
const readings: Readonly<Record<RecordKind, Partial<Record<Driver, string>>>> = {
  execution: {
    none: 'r USING INDEX executions_by_time',
    ids: 'r USING INDEX sqlite_autoindex_executions_1 (id=?',
    tag: 't USING PRIMARY KEY (tag=?',
    session: 'r USING INDEX executions_by_session (session=?',
    user: 'r USING INDEX executions_by_user (user_name=?',
    name: 'r USING INDEX executions_by_name (name=?',
    status: 'r USING INDEX executions_by_status (status=?',
  },
  step: {
    none: 'r USING INDEX steps_by_index',
    ids: 'r USING INDEX sqlite_autoindex_steps_1 (id=?',
    executionId: 'r USING INDEX sqlite_autoindex_steps_2 (execution_id=?',
    name: 'r USING INDEX steps_by_name (name=?',
    status: 'r USING INDEX steps_by_status (status=?',
  },
  artifact: {
    none: 'r USING INDEX artifacts_by_time',
    ids: 'r USING INDEX sqlite_autoindex_artifacts_1 (id=?',
    tag: 't USING PRIMARY KEY (tag=?',
    stepId: 'r USING INDEX artifacts_by_step (step_id=?',
    executionId: 'r USING INDEX artifacts_by_execution (execution_id=?',
    name: 'r USING INDEX artifacts_by_name (name=?',
  },
};

/** Every filter alone, every pair of them, and none. */
function combinations(kind: RecordKind): RecordFilter[] {
  const all = filters[kind];
  return [{}, ...all, ...all.flatMap((one) => all.map((other) => ({ ...one, ...other })))];
}

/** Each combination as a whole list and as a page, in both orders. */
function* queries(kind: RecordKind): Generator<RecordQuery> {
  const after = kind === 'step' ? { id: 'x', index: 1 } : { id: 'x', createdAt: 1 };
  for (const filter of combinations(kind)) {
    for (const order of ['newest', 'oldest'] as const) {
      yield { ...filter, order };
      yield { ...filter, order, after, limit: 10 };
    }
  }
}

/** What must stand in the part of the index that is read: a bound that does not is checked row by row. */
function boundsOf(kind: RecordKind, query: RecordQuery, driver: Driver): string[] {
  if (driver === 'ids') return [];
  const newest = query.order === 'newest';
  const key = driver === 'tag' ? '(created_at,record_id)' : '(created_at,id)';
  if (kind === 'step') {
    if (query.after === undefined) return [];
    // Within an execution an index is one step's.
    return [`${driver === 'executionId' ? 'step_index' : '(step_index,id)'}${newest ? '<' : '>'}`];
  }
  const paged = query.after !== undefined;
  return [
    ...(paged ? [`${key}${newest ? '<' : '>'}(?,?)`] : []),
    ...(query.createdFrom !== undefined && !(paged && !newest) ? ['created_at>?'] : []),
    ...(query.createdBefore !== undefined && !(paged && newest) ? ['created_at<?'] : []),
  ];
}

/** Whether nothing is asked but a tag, and when. */
function isOfTagsAlone(filter: RecordFilter): boolean {
  const fields = Object.keys(filter);
  return 'tag' in filter && fields.every((field) => ['tag', 'createdFrom', 'createdBefore'].includes(field));
}

/** A store whose every record is alike, and one that SQLite has gathered statistics of: neither may change a plan. */
const histories: Readonly<Record<string, string>> = {
  'a new database': '',
  'one with statistics of lopsided data': `
    WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
    INSERT INTO executions (id, name, status, created_at, user_name, session, total_steps, completed_steps, current_step_index)
      SELECT 'e' || i, 'n', 'running', i % 3, 'u', 's', 0, 0, -1 FROM n;
    INSERT INTO execution_tags SELECT 't', created_at, id FROM executions;
    INSERT INTO steps (id, execution_id, name, step_index, status, created_at, stop_on_error)
      SELECT 's' || substr(id, 2), 'e1', 'n', substr(id, 2), 'running', 1, 0 FROM executions;
    INSERT INTO artifacts (id, execution_id, step_id, name, file_path, file_name, file_size, mime_type, artifact_type, created_at, is_public)
      SELECT 'a' || substr(id, 2), 'e1', 's1', 'n', '', '', 0, '', 'other', created_at, 0 FROM executions;
    INSERT INTO artifact_tags SELECT 't', created_at, id FROM artifacts;
    ANALYZE;`,
};

test.each(Object.keys(histories))(
  'SF-32, SF-44: in %s each list and each page reads one index, from its first row on, unsorted',
  async (history) => {
    const isNew = histories[history] === '';
    await using place = await databaseIn('plans');
    await using _store = await openDriver(sqliteRecords({ path: place.path }));
    withSqlite(place.path, (db) => {
      db.exec(histories[history] ?? '');
      const planOf = ({ sql, parameters }: Select): string[] =>
        (db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(parameters) as { detail: string }[]).map(
          ({ detail }) => detail,
        );
      for (const kind of recordKinds) {
        for (const query of queries(kind)) {
          const driver = driverOf(query) ?? 'none';
          const plan = planOf(selectList(kind, query));
          const what = `${kind} ${JSON.stringify(query)}\n${plan.join('\n')}`;
          const bounds = boundsOf(kind, query, driver);
          const reads = plan.filter(
            (line) => /^(SEARCH|SCAN) [rt] /.test(line) && !line.includes(' EXISTS '),
          );
          const firsts = reads.filter((line) => !(driver === 'tag' && / r .*\(id=\?\)$/.test(line)));
          const branches = driver === 'status' ? (query.status?.length ?? 1) : 1;
          expect(firsts.length, what).toBe(branches);
          for (const line of firsts) {
            // Only a list of everything begins at one end of an index.
            const verb = driver === 'none' && bounds.length === 0 ? 'SCAN' : 'SEARCH';
            expect(line.startsWith(`${verb} ${readings[kind][driver]}`), what).toBe(true);
            for (const bound of bounds) expect(line, what).toContain(bound);
          }
          // Some ids are few enough to sort; nothing else is.
          const sorts = plan.filter((line) => line.includes('TEMP B-TREE'));
          if (driver !== 'ids') expect(sorts, what).toEqual([]);
        }
        for (const filter of combinations(kind)) {
          const plan = planOf(selectCount(kind, filter));
          const scans = plan.filter((line) => /^SCAN (?!json_each)/.test(line));
          const what = `count ${kind} ${JSON.stringify(filter)}\n${plan.join('\n')}`;
          if (isOfTagsAlone(filter)) {
            expect(plan, what).toEqual([expect.stringMatching(/^SEARCH t USING PRIMARY KEY \(tag=\?/)]);
            for (const bound of boundsOf(kind, filter, 'tag')) expect(plan[0], what).toContain(bound);
          }
          // Only a count of everything reads a whole index. One of two filters may read the table where statistics say
          // that most rows fit the first: nothing depends on the order.
          if (Object.keys(filter).length === 0) expect(plan.join(), what).toContain('USING COVERING INDEX');
          else if (Object.keys(filter).length === 1 || isNew) expect(scans, what).toEqual([]);
        }
      }
    });
  },
);

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
