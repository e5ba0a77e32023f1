import { symlinkSync } from 'node:fs';
import { openStore } from '@stepwell/core';
import { makeWorkspace } from '@stepwell/testkit';
import { expect, test } from 'vitest';
import { sqliteRecords } from '../sqlite-records.ts';

test('S5: a link to a database leads to the same lock', async () => {
  await using workspace = await makeWorkspace('links');
  await using first = await openStore(sqliteRecords({ path: workspace.within('a.db') }));
  symlinkSync(workspace.within('a.db'), workspace.within('link.db'));
  await expect(openStore(sqliteRecords({ path: workspace.within('link.db') }))).rejects.toMatchObject({
    code: 'LOCKED',
  });
  await first.close();
});

test('S5: two databases in one directory have nothing to do with each other', async () => {
  await using workspace = await makeWorkspace('two');
  await using first = await openStore(sqliteRecords({ path: workspace.within('a.db') }));
  await using second = await openStore(sqliteRecords({ path: workspace.within('b.db') }));
  expect([first.name, second.name]).toEqual(['sqlite', 'sqlite']);
});
