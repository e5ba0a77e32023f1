/*
 * B4: point reads by id through an open snapshot, each awaited. Beside it a hand-written prepared statement that
 * decodes the same fields. Nothing is written.
 */
import { isDeepStrictEqual } from 'node:util';
import { putExecution } from 'stepwell';
import { check, paired, perSecond } from './lib/paired.mjs';
import { figure } from './lib/report.mjs';
import { withHandWritten, withStore } from './lib/stores.mjs';
import { execution } from './lib/workload.mjs';

export async function run({ quick }) {
  const executions = Array.from({ length: 10_000 }, (_, n) => execution(n));
  const ids = Array.from(
    { length: quick ? 20_000 : 200_000 },
    (_, n) => executions[(n * 7919) % executions.length].id,
  );
  return await withStore(({ store }) =>
    withHandWritten(async (db) => {
      await store.write(executions.map((record) => putExecution(record)));
      db.saveAll(executions);
      return await store.withSnapshot(async ({ view: { records } }) => {
        for (const record of executions) {
          checkSame(await records.get('execution', record.id), record);
          checkSame(db.get(record.id), record);
        }
        const { rates, ratios } = await paired(5, {
          stepwell: () =>
            perSecond(ids.length, async () => {
              for (const id of ids)
                check((await records.get('execution', id))?.id === id, 'another execution came back');
            }),
          byHand: () =>
            perSecond(ids.length, () => {
              for (const id of ids) check(db.get(id).id === id, 'another row came back');
            }),
        });
        return [
          figure('B4 point reads through a snapshot', {
            value: rates.stepwell,
            unit: 'reads/s',
            peer: 'hand-written prepared get',
            peerValue: rates.byHand,
            ratio: ratios.byHand,
            goal: '≥ 0.5',
          }),
        ];
      });
    }),
  );
}

function checkSame(found, record) {
  check(isDeepStrictEqual({ ...found }, record), `${record.id} came back with other fields`);
}
