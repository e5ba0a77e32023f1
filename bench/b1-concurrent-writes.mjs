/*
 * B1: 500 writes at a time, one execution each, until all are stored. Beside it what an expert writes by hand on
 * better-sqlite3, with the same table and indexes, in transactions of 500. Both survive the death of the process, not
 * of the machine (WAL, synchronous=NORMAL).
 */
import { putExecution } from 'stepwell';
import { check, paired, perSecond } from './lib/paired.mjs';
import { figure } from './lib/report.mjs';
import { withHandWritten, withStore } from './lib/stores.mjs';
import { execution } from './lib/workload.mjs';

const together = 500;

export async function run({ quick }) {
  const executions = Array.from({ length: quick ? 10_000 : 100_000 }, (_, n) => execution(n));
  const { rates, ratios } = await paired(quick ? 3 : 5, {
    stepwell: () => withStore((stepwell) => concurrently(stepwell, executions)),
    byHand: () => withHandWritten((db) => inTransactions(db, executions)),
  });
  return [
    figure('B1 500 concurrent writes', {
      value: rates.stepwell,
      unit: 'executions/s',
      peer: 'hand-written, transactions of 500',
      peerValue: rates.byHand,
      ratio: ratios.byHand,
      goal: '≥ 0.8',
    }),
  ];
}

async function concurrently({ store }, executions) {
  const rate = await perSecond(executions.length, async () => {
    for (let start = 0; start < executions.length; start += together) {
      const group = executions.slice(start, start + together);
      await Promise.all(group.map((record) => store.write([putExecution(record)])));
    }
  });
  const count = await store.withSnapshot(({ view }) => view.records.count('execution'));
  check(count === executions.length, `${count} executions instead of ${executions.length}`);
  return rate;
}

async function inTransactions(db, executions) {
  const rate = await perSecond(executions.length, () => {
    for (let start = 0; start < executions.length; start += together) {
      db.saveAll(executions.slice(start, start + together));
    }
  });
  check(db.count() === executions.length, 'rows are missing');
  return rate;
}
