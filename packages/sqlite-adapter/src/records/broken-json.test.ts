import { putExecution, remove } from '@stepwell/core';
// From dist: to verify takes a worker.
import { sqliteRecords } from '@stepwell/sqlite-adapter';
import { expect, test } from 'vitest';
import { databaseIn, openDriver } from '../fixtures/open-driver.ts';
import { withSqlite } from '../fixtures/sqlite.ts';

test('SF-33: JSON that somebody broke by hand is found and told, and the record can be put right or removed', async () => {
  await using place = await databaseIn('round-trip');
  await using store = await openDriver(sqliteRecords({ path: place.path }));
  const one = { id: 'one', name: 'one', createdAt: 0, tags: ['a', 'b'] };
  await store.write(putExecution(one));
  await store.write(putExecution({ ...one, id: 'two' }));
  withSqlite(place.path, (db) => db.exec("UPDATE executions SET tags = '[\"a\"', metadata = '{'"));
  await expect(store.read((view) => view.get('execution', 'one'))).rejects.toMatchObject({ code: 'CORRUPT' });
  const problems = (await store.driver.maintenance?.verify?.())?.problems ?? [];
  expect(problems.filter(({ id }) => id === 'records.execution.json').map(({ message }) => message)).toEqual([
    'execution one holds no valid JSON in tags',
    'execution two holds no valid JSON in tags',
    'execution one holds no valid JSON in metadata',
    'execution two holds no valid JSON in metadata',
  ]);
  await store.write(putExecution({ ...one, tags: ['c'] }));
  expect((await store.read((view) => view.get('execution', 'one')))?.tags).toEqual(['c']);
  const byTag = async (tag: string): Promise<number> =>
    await store.read((view) => view.count('execution', { tag }));
  expect([await byTag('a'), await byTag('c')]).toEqual([1, 1]);
  await store.write(remove('execution', 'two'));
});
