import { fileURLToPath } from 'node:url';
import { formatCursor, openReader, parseCursor } from '@stepwell/core';
import { sqliteDriver } from '@stepwell/sqlite-adapter';
import { runChild } from '@stepwell/testkit';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { databaseIn } from '../fixtures/open-driver.ts';

interface Bank {
  account: { id: number; balance: number };
  transfer: { id: string; source: number; target: number; amount: number };
}

const script = fileURLToPath(new URL('./fixtures/transfers.mjs', import.meta.url));
const migrations = { '0001-bank': { up: async () => Promise.reject(new Error('made by the children')) } };

test('S1, S2, S5, S7: processes that share a schema of their own lose nothing when one of them is killed', async () => {
  await using place = await databaseIn('own-schema-crash');
  const count = 40;
  const start = (name: string) => runChild<string>(script, { args: [place.path, name, String(count)] });
  await using victim = start('victim');
  await using first = start('first');
  await using second = start('second');
  await victim.waitFor((id) => id === 'victim-9');
  expect(await victim.kill()).toMatchObject({ signal: 'SIGKILL' });
  for (const child of [first, second]) expect(await child.exited, child.stderr).toMatchObject({ code: 0 });
  // The next one finds everything in order.
  await using last = start('last');
  expect(await last.exited, last.stderr).toMatchObject({ code: 0 });

  await using reader = await openReader(
    sqliteDriver<Bank>({ path: place.path, migrations, changes: ['account', 'transfer'] }),
  );
  const { cursor, epoch, accounts, transfers } = await reader.withSnapshot(
    async ({ view, cursor, epoch }) => ({
      cursor,
      epoch,
      accounts: await view.selectFrom('account').selectAll().orderBy('id').execute(),
      transfers: await view.selectFrom('transfer').selectAll().orderBy(sql`rowid`).execute(),
    }),
  );
  const present = new Set(transfers.map(({ id }) => id));
  const acknowledged = [victim, first, second, last].flatMap(({ messages }) => messages);
  expect(acknowledged.filter((id) => !present.has(id))).toEqual([]);
  // At most one was committed by the victim and not acknowledged any more.
  expect(present.size - acknowledged.length).toBeLessThanOrEqual(1);
  expect(acknowledged.length).toBeGreaterThanOrEqual(3 * count + 10);

  const balances = [1000, 1000, 1000];
  for (const { source, target, amount } of transfers) {
    balances[source] = (balances[source] ?? 0) - amount;
    balances[target] = (balances[target] ?? 0) + amount;
  }
  expect(accounts.map(({ balance }) => balance)).toEqual(balances);

  const told: string[] = [];
  let followed = 0;
  const since = formatCursor(parseCursor(cursor)?.lineage ?? '', 0);
  for await (const change of reader.changes({ since, signal: AbortSignal.timeout(10_000) })) {
    expect(change.epoch).toBe(followed + 1);
    expect(change.removed).toEqual({});
    told.push(...(change.put.transfer ?? []));
    followed = change.epoch;
    if (followed === epoch) break;
  }
  expect(told).toEqual(transfers.map(({ id }) => id));
});
