/*
 * B2: one write after the other, each awaited. Beside it a hand-written statement in autocommit. Our side also stores
 * the row of the change history. Both survive the death of the process (WAL, synchronous=NORMAL).
 */
import { putExecution } from 'stepwell';
import { checkPeer, checkStore } from './lib/checksum.mjs';
import { paired, perSecond } from './lib/paired.mjs';
import { figure } from './lib/report.mjs';
import { withHandWritten, withStore } from './lib/stores.mjs';
import { execution } from './lib/workload.mjs';

export async function run({ quick }) {
  const executions = Array.from({ length: quick ? 2_000 : 20_000 }, (_, n) => execution(n));
  const { rates, ratios } = await paired(5, {
    stepwell: () =>
      withStore(async ({ store }) => {
        const rate = await perSecond(executions.length, async () => {
          for (const record of executions) await store.write([putExecution(record)]);
        });
        await checkStore(store, executions);
        return rate;
      }),
    byHand: () =>
      withHandWritten(async (db) => {
        const rate = await perSecond(executions.length, () => executions.forEach(db.save));
        await checkPeer(db, executions);
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
