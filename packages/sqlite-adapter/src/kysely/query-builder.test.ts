import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { queryBuilder } from '../index.ts';

const db = queryBuilder<{ row: { id: number } }>();

test.each<readonly [string, () => Promise<unknown>]>([
  ['an insert', () => db.insertInto('row').values({ id: 1 }).execute()],
  ['a query', () => db.selectFrom('row').selectAll().executeTakeFirst()],
  ['raw SQL', () => sql`SELECT 1`.execute(db)],
  ['a stream', () => db.selectFrom('row').selectAll().stream().next()],
  ['a transaction', () => db.transaction().execute(async () => 1)],
  ['a transaction of one’s own', () => db.startTransaction().execute()],
  ['a connection', () => db.connection().execute(async () => 1)],
  ['a change of the schema', () => db.schema.dropTable('row').execute()],
  ['a look at the schema', () => db.introspection.getTables()],
])('S11: %s that is executed on a query builder is not lost in silence', async (_, run) => {
  await expect(run()).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringContaining('wrap it: store.write([execute(query)])'),
  });
});

test('a query builder compiles', () => {
  expect(db.selectFrom('row').selectAll().compile().sql).toBe('select * from "row"');
});
