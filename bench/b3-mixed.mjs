/*
 * B3: 60 % lists of the newest 10, 40 % saves, 50 at a time, with many rows present. Beside it the same by hand, one
 * after the other, since better-sqlite3 is synchronous.
 */
import { putExecution, toArray } from 'stepwell';
import { check, paired, perSecond } from './lib/paired.mjs';
import { figure } from './lib/report.mjs';
import { withHandWritten, withStore } from './lib/stores.mjs';
import { execution } from './lib/workload.mjs';

const together = 50;

export async function run({ quick }) {
  const present = quick ? 50_000 : 1_000_000;
  const operations = quick ? 2_000 : 20_000;
  return await withStore(({ store }) =>
    withHandWritten(async (db) => {
      for (let start = 0; start < present; start += 5_000) {
        const group = Array.from({ length: 5_000 }, (_, n) => execution(start + n));
        await store.write(group.map((record) => putExecution(record)));
        db.saveAll(group);
      }
      let next = present;
      const ours = async (n) => {
        if (n % 5 < 2) return await store.write([putExecution(execution(next++))]);
        const newest = await store.withSnapshot(({ view }) =>
          toArray(view.records.list('execution', { limit: 10 })),
        );
        check(newest.length === 10, 'a list is short');
      };
      const { rates, ratios } = await paired(quick ? 3 : 5, {
        stepwell: () =>
          perSecond(operations, async () => {
            for (let n = 0; n < operations; n += together) {
              await Promise.all(Array.from({ length: together }, (_, k) => ours(n + k)));
            }
          }),
        byHand: () =>
          perSecond(operations, () => {
            for (let n = 0; n < operations; n += 1) {
              if (n % 5 < 2) db.save(execution(next++));
              else check(db.newest().length === 10, 'a list is short');
            }
          }),
      });
      return [
        figure(`B3 mixed, ${present.toLocaleString('en')} rows present`, {
          value: rates.stepwell,
          unit: 'operations/s',
          peer: 'hand-written',
          peerValue: rates.byHand,
          ratio: ratios.byHand,
          goal: '≥ 0.6',
        }),
      ];
    }),
  );
}
