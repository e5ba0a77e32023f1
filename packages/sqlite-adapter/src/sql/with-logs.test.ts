import { appendLines, combine, openStore, toArray } from '@stepwell/core';
import { memoryLogs } from '@stepwell/testkit';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { databaseIn } from '../fixtures/open-driver.ts';
import { execute, queryBuilder, sqliteDriver } from '../index.ts';

interface Schema {
  job: { id: string; state: string };
}

test('S1, S4: a schema of its own leads logs: one batch, one epoch, one snapshot, one change', async () => {
  await using place = await databaseIn('with-logs');
  const db = queryBuilder<Schema>();
  const records = sqliteDriver<Schema>({
    path: place.path,
    migrations: {
      '0001-job': {
        up: async (migration) =>
          void (await sql`CREATE TABLE job (id TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT`.execute(
            migration,
          )),
      },
    },
    changes: ['job'],
  });
  await using store = await openStore(combine({ records, logs: memoryLogs() }));
  const insert = execute(db.insertInto('job').values({ id: 'job-1', state: 'running' }));
  const { results } = await store.write([
    appendLines('job-1', ['begin']),
    insert,
    appendLines('job-1', ['end']),
  ]);
  expect(results).toEqual([
    { stream: 'job-1', first: 1, last: 1 },
    { rows: [], changes: 1, lastInsertRowid: 1 },
    { stream: 'job-1', first: 2, last: 2 },
  ]);
  const before = await store.snapshot();
  await expect(store.write([appendLines('job-1', ['lost']), insert])).rejects.toMatchObject({
    code: 'CONSTRAINT',
  });
  await store.write([appendLines('job-1', ['late'])]);
  await store.write([execute(db.updateTable('job').set({ state: 'done' }), { expect: { changes: 1 } })]);
  const seen = async ({ view }: Pick<typeof before, 'view'>): Promise<unknown> => [
    await view.records.selectFrom('job').select('state').execute(),
    (await toArray(view.logs.lines('job-1'))).map(({ text }) => text),
  ];
  expect(await seen(before)).toEqual([[{ state: 'running' }], ['begin', 'end']]);
  expect(await store.withSnapshot(seen)).toEqual([[{ state: 'done' }], ['begin', 'end', 'late']]);
  const changes: unknown[] = [];
  for await (const { epoch, put, extents } of store.changes({ since: before.cursor })) {
    changes.push([epoch, put, extents]);
    if (epoch === 3) break;
  }
  expect(changes).toEqual([
    [2, {}, { 'job-1': 3 }],
    [3, { job: ['job-1'] }, {}],
  ]);
  await before.close();
});
