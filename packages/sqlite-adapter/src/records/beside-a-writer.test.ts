import { putExecution, toArray } from '@stepwell/core';
import { expect, test } from 'vitest';
import { databaseIn, openDriver } from '../fixtures/open-driver.ts';
import { sqliteRecords } from '../index.ts';

function executions(prefix: string, count: number): ReturnType<typeof putExecution>[] {
  return Array.from({ length: count }, (_, place) =>
    putExecution({ id: `${prefix} ${place}`, name: prefix, createdAt: place, tags: [prefix] }),
  );
}

test('SF-02: beside a transaction that holds 1,000 rows open, eight readers answer 100 questions each', async () => {
  await using place = await databaseIn('beside');
  await using writer = await openDriver(sqliteRecords({ path: place.path }));
  await writer.write(...executions('before', 10));
  const readers = await Promise.all(
    Array.from({ length: 8 }, async () => await openDriver(sqliteRecords({ path: place.path }), 'read')),
  );
  try {
    const prepared = await writer.driver.prepare([{ ops: executions('during', 1_000) }], {
      epoch: writer.epoch + 1,
      at: 1,
      durability: 'process-crash',
    });
    // None of this could end if a reader waited for the writer, who goes on only when all have their answers.
    await Promise.all(
      readers.map(async (reader) => {
        for (let question = 0; question < 100; question += 1) {
          await reader.read(async (view) => {
            expect(await view.count('execution')).toBe(10);
            expect(await view.count('execution', { tag: 'during' })).toBe(0);
            expect(await view.get('execution', 'during 0')).toBeUndefined();
            expect((await toArray(view.list('execution', { limit: 10 }))).length).toBe(10);
          });
        }
      }),
    );
    await prepared.commit({});
    for (const reader of readers) {
      expect(await reader.read((view) => view.count('execution', { tag: 'during' }))).toBe(1_000);
    }
  } finally {
    await Promise.all(readers.map(async (reader) => await reader[Symbol.asyncDispose]()));
  }
});
