import { linkSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { openReader, openStore, putExecution } from '@stepwell/core';
import { makeWorkspace } from '@stepwell/testkit';
import { expect, test } from 'vitest';
import { sqliteRecords } from '../sqlite-records.ts';

test('S5: a second name of a database is refused to writers, while it is open and after; the first goes on', async () => {
  await using workspace = await makeWorkspace('hard-links');
  const [first, second] = [workspace.within('a.db'), workspace.within('hard.db')];
  const run = (id: string) => putExecution({ id, name: id, createdAt: 0 });
  await using store = await openStore(sqliteRecords({ path: first }));
  await store.write([run('a')]);
  linkSync(first, second);
  const refusal = { code: 'NOT_SUPPORTED', message: expect.stringContaining(second), details: { links: 2 } };
  for (const writer of ['exclusive', 'shared'] as const) {
    await expect(openStore(sqliteRecords({ path: second }), { writer })).rejects.toMatchObject(refusal);
  }
  // SQLite was not let near it: it would have made a log of its own.
  expect(readdirSync(workspace.path)).not.toContain('hard.db-wal');
  await store.write([run('b')]);
  await store.close();
  const before = readFileSync(first);
  for (const path of [first, second]) {
    await expect(openStore(sqliteRecords({ path }))).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
  }
  expect(readFileSync(first).equals(before)).toBe(true);
  // Whoever only reads makes no commits that the other name does not know of.
  await using reader = await openReader(sqliteRecords({ path: first }));
  expect(await reader.withSnapshot(({ view }) => view.count('execution'))).toBe(2);
  await reader.close();
  rmSync(second);
  await using again = await openStore(sqliteRecords({ path: first }));
  expect(await again.withSnapshot(({ view }) => view.count('execution'))).toBe(2);
});
