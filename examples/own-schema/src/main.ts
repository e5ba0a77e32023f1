import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isStoreError, openReader, openStore } from '@stepwell/core';
import { balances, inventory, move } from './inventory.ts';

const directory = await mkdtemp(join(tmpdir(), 'stepwell-inventory-'));
const path = join(directory, 'inventory.db');
const store = await openStore(inventory(path));

// One write, one transaction: both movements or none. Writes that come together share a commit.
const { epoch } = await store.write([...move('bolt', 100), ...move('nut', 40)]);
console.log(`epoch ${epoch}: goods came in`);

// A snapshot is a read-only Kysely that stays as it is; somewhere else, another process may read and follow as well.
const before = await store.snapshot();
const reader = await openReader(inventory(path));

// Two customers want the last nuts at the same moment. One of them gets them.
const orders = await Promise.allSettled([store.write(move('nut', -30)), store.write(move('nut', -30))]);
for (const order of orders) {
  if (order.status === 'fulfilled') console.log('30 nuts sold');
  else if (isStoreError(order.reason, 'CONSTRAINT')) console.log('30 nuts refused: there are not that many');
  else throw order.reason;
}

// A job that may run twice: with an id it is applied once, also after a crash and a restart.
for (const attempt of ['first', 'second']) {
  const { duplicate } = await store.write(move('bolt', 500), { transactionId: 'delivery 4711' });
  console.log(`delivery, ${attempt} attempt: ${duplicate ? 'known already' : 'booked'}`);
}

const show = async (title: string, view: typeof before.view): Promise<void> => {
  const rows = await view.selectFrom('stock').selectAll().orderBy('sku').execute();
  const sums = await balances(view);
  console.log(
    `${title}: ${rows.map(({ sku, pieces }) => `${pieces} ${sku}s (history: ${sums.get(sku)})`).join(', ')}`,
  );
};
await show('before', before.view);
await reader.withSnapshot(async ({ view }) => await show('now', view));

// Every commit names the rows that it put and removed: enough to keep a cache, an index or a page up to date.
const patience = AbortSignal.timeout(10_000);
for await (const change of reader.changes({ since: before.cursor, signal: patience })) {
  console.log(`epoch ${change.epoch}: stock of ${change.put.stock?.join(', ')} changed`);
  if (change.epoch === 3) break;
}

await before.close();
await reader.close();
await store.close();
await rm(directory, { recursive: true });
