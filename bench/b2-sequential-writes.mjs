/*
 * B2: one write after the other, each awaited. Beside it a hand-written statement in autocommit. Our side also stores
 * the row of the change history.
 */
import { putExecution } from 'stepwell';
import { check, paired, perSecond } from './lib/paired.mjs';
import { figure } from './lib/report.mjs';
import { withHandWritten, withStore } from './lib/stores.mjs';
import { execution } from './lib/workload.mjs';

export async function run({ quick }) {
  const executions = Array.from({ length: quick ? 2_000 : 20_000 }, (_, n) => execution(n));
  const { rates, ratios } = await paired(quick ? 3 : 5, {
    stepwell: () =>
      withStore(async ({ store }) => {
        const rate = await perSecond(executions.length, async () => {
          for (const record of executions) await store.write([putExecution(record)]);
        });
        const count = await store.withSnapshot(({ view }) => view.records.count('execution'));
        check(count === executions.length, 'executions are missing');
        return rate;
      }),
    byHand: () =>
      withHandWritten(async (db) => {
        const rate = await perSecond(executions.length, () => executions.forEach(db.save));
        check(db.count() === executions.length, 'rows are missing');
        return rate;
      }),
  });
  return [
    figure('B2 sequential writes', {
      value: rates.stepwell,
      unit: 'writes/s',
      peer: 'hand-written autocommit',
      peerValue: rates.byHand,
      ratio: ratios.byHand,
      goal: '≥ 0.65',
    }),
  ];
}
