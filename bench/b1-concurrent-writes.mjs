/*
 * B1: 500 writes at a time, one execution each, until all are stored. Beside it, with the same table and indexes:
 *
 *   hand-written   what an expert writes on better-sqlite3, in transactions of 500
 *   Drizzle        on better-sqlite3, one execution after the other, each with its tags in a transaction
 *   Kysely         the same, with its own SQLite dialect
 *
 * All survive the death of the process, not of the machine (WAL, synchronous=NORMAL).
 */
import { putExecution } from 'stepwell';
import { checkPeer, checkStore } from './lib/checksum.mjs';
import { paired, perSecond } from './lib/paired.mjs';
import { withDrizzle } from './lib/peers/drizzle.mjs';
import { withKysely } from './lib/peers/kysely.mjs';
import { figure } from './lib/report.mjs';
import { withHandWritten, withPeer, withStore } from './lib/stores.mjs';
import { execution } from './lib/workload.mjs';

const together = 500;

export async function run({ quick }) {
  const executions = Array.from({ length: quick ? 10_000 : 100_000 }, (_, n) => execution(n));
  // Their rate does not depend on how many there are, and they take their time.
  const fewer = executions.slice(0, executions.length / 10);
  const { rates, ratios } = await paired(5, {
    stepwell: () => withStore((stepwell) => concurrently(stepwell, executions)),
    byHand: () => withHandWritten((db) => inTransactions(db, executions)),
    drizzle: () => withPeer(withDrizzle, (peer) => oneByOne(peer, fewer)),
    kysely: () => withPeer(withKysely, (peer) => oneByOne(peer, fewer)),
  });
  const beside = (side, peer, goal) =>
    figure('B1 500 concurrent writes', {
      value: rates.stepwell,
      unit: 'executions/s',
      peer,
      peerValue: rates[side],
      ratio: ratios[side],
      goal,
    });
  return [
    beside('byHand', 'hand-written, transactions of 500', '≥ 0.8'),
    beside('drizzle', 'Drizzle, one by one', '≥ 4'),
    beside('kysely', 'plain Kysely, one by one', '≥ 4'),
  ];
}

async function concurrently({ store }, executions) {
  const rate = await perSecond(executions.length, async () => {
    for (let start = 0; start < executions.length; start += together) {
      const group = executions.slice(start, start + together);
      await Promise.all(group.map((record) => store.write([putExecution(record)])));
    }
  });
  await checkStore(store, executions);
  return rate;
}

async function inTransactions(db, executions) {
  const rate = await perSecond(executions.length, () => {
    for (let start = 0; start < executions.length; start += together) {
      db.saveAll(executions.slice(start, start + together));
    }
  });
  await checkPeer(db, executions);
  return rate;
}

async function oneByOne(peer, executions) {
  const rate = await perSecond(executions.length, async () => {
    for (const record of executions) await peer.save(record);
  });
  await checkPeer(peer, executions);
  return rate;
}
