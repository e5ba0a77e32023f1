import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openStore } from '@stepwell/core';
import { execute, queryBuilder, type SqlOp, type SqlView, sqliteDriver } from '@stepwell/sqlite-adapter';
import { makeWorkspace } from '@stepwell/testkit';
import { describe, expect, it, test } from 'vitest';
import { balances, inventory, move } from './inventory.ts';
import { type Inventory, migrations } from './schema.ts';
import { storeSuite, type Vocabulary } from './store-suite.ts';

const db = queryBuilder<Inventory>();

const vocabulary: Vocabulary<SqlView<Inventory>, SqlOp> = {
  put: (sku) => move(sku, 1),
  remove: (sku) => [execute(db.deleteFrom('stock').where('sku', '=', sku), { expect: { changes: 1 } })],
  refused: move('never seen', -1),
  kind: 'stock',
  ids: async (view) => (await view.selectFrom('stock').select('sku').execute()).map(({ sku }) => sku),
};

storeSuite({ describe, it }, 'an inventory', inventory, vocabulary);
storeSuite(
  { describe, it },
  'an inventory without changes',
  (path) => sqliteDriver<Inventory>({ path, migrations }),
  vocabulary,
);

test('the program does what its README shows', async () => {
  const program = fileURLToPath(new URL('../dist/main.js', import.meta.url));
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [program]);
  expect(stderr).toBe('');
  expect(stdout.trimEnd().split('\n')).toEqual([
    'epoch 1: goods came in',
    '30 nuts sold',
    '30 nuts refused: there are not that many',
    'delivery, first attempt: booked',
    'delivery, second attempt: known already',
    'before: 100 bolts (history: 100), 40 nuts (history: 40)',
    'now: 600 bolts (history: 600), 10 nuts (history: 10)',
    'epoch 2: stock of nut changed',
    'epoch 3: stock of bolt changed',
  ]);
});

test('S1, S4: sold from many sides at once, the stock equals its history in every snapshot', async () => {
  await using workspace = await makeWorkspace('inventory');
  await using store = await openStore(inventory(workspace.within('inventory.db')));
  await store.write(move('bolt', 50));
  const looks: Promise<void>[] = [];
  const sales = Array.from({ length: 80 }, async () => {
    const sale = store.write(move('bolt', -1)).then(
      () => 1,
      () => 0,
    );
    looks.push(
      store.withSnapshot(async ({ view }) => {
        const { pieces } = await view.selectFrom('stock').select('pieces').executeTakeFirstOrThrow();
        expect((await balances(view)).get('bolt')).toBe(pieces);
      }),
    );
    return await sale;
  });
  const sold = await Promise.all(sales);
  await Promise.all(looks);
  expect(sold.filter((one) => one === 1)).toHaveLength(50);
  await store.withSnapshot(async ({ view }) => expect((await balances(view)).get('bolt')).toBe(0));
});
