import { spawnSync } from 'node:child_process';
import { openStore } from '@stepwell/core';
import { CompiledQuery, sql } from 'kysely';
import { expect, test } from 'vitest';
import { databaseIn } from '../fixtures/open-driver.ts';
import { steps } from '../fixtures/steps.ts';
import { execute, type SqlOp, sqliteDriver } from '../index.ts';

const run = (text: string): SqlOp => execute(CompiledQuery.raw(text));
/** A newer program, in a process of its own. */
const newer = `
  import { openStore } from '@stepwell/core';
  import { sqliteDriver } from '@stepwell/sqlite-adapter';
  import { sql } from 'kysely';
  const up = (text) => ({ up: (db) => sql.raw(text).execute(db) });
  const migrations = { '0001-note': up(''), '0002-shout': up("UPDATE note SET text = upper(text)") };
  const store = await openStore(sqliteDriver({ path: process.argv[1], migrations }), { writer: 'shared' });
  await store.close();`;

test('S5, S7: a shared writer that was open when a newer program migrated writes no more; its snapshots read on', async () => {
  await using place = await databaseIn('schema-guard');
  const { path } = place;
  const migrations = { '0001-note': steps('CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT)') };
  const driver = () => sqliteDriver({ path, migrations });
  await using old = await openStore(driver(), { writer: 'shared', onWarning: () => {} });
  await using held = await old.snapshot();
  await old.write([run("INSERT INTO note VALUES (1, 'a')")]);
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', newer, path], {
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([0, '']);
  for (const durability of ['process-crash', 'power-loss'] as const) {
    await expect(old.write([run("INSERT INTO note VALUES (2, 'b')")], { durability })).rejects.toMatchObject({
      code: 'SCHEMA_TOO_NEW',
      details: { path, found: 3, known: 2 },
    });
  }
  await old.write([run("INSERT INTO note VALUES (3, 'c')")], { durability: 'none' });
  await expect(old.flush()).rejects.toMatchObject({ code: 'SCHEMA_TOO_NEW' });
  expect(held.epoch).toBe(0);
  const after = await old.withSnapshot(async ({ view, epoch }) => [
    epoch,
    (await sql`SELECT id, text FROM note`.execute(view)).rows,
  ]);
  expect(after).toEqual([2, [{ id: 1, text: 'A' }]]);
  await expect(openStore(driver(), { writer: 'shared' })).rejects.toMatchObject({ code: 'SCHEMA_TOO_NEW' });
});
