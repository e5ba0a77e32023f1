/*
 * B6: streaming all rows through a snapshot while a writer commits and checkpoints run. Beside it a hand-written
 * `iterate` over as many rows, decoding the same fields. Run with --expose-gc (npm run bench does) for the heap.
 */
import { putExecution } from 'stepwell';
import { decoded } from './lib/hand-written.mjs';
import { check, paired, perSecond } from './lib/paired.mjs';
import { figure } from './lib/report.mjs';
import { withHandWritten, withStore } from './lib/stores.mjs';
import { execution } from './lib/workload.mjs';

export async function run({ quick }) {
  const rows = quick ? 50_000 : 1_000_000;
  return await withStore(({ store }) =>
    withHandWritten(async (db) => {
      for (let start = 0; start < rows; start += 5_000) {
        const group = Array.from({ length: 5_000 }, (_, n) => execution(start + n));
        await store.write(group.map((record) => putExecution(record)));
        db.saveAll(group);
      }
      let growth = 0;
      const { rates, ratios } = await paired(quick ? 3 : 5, {
        stepwell: () =>
          store.withSnapshot(({ view }) =>
            perSecond(rows, async () => {
              const before = heap();
              const writing = new AbortController();
              const writer = keepWriting(store, writing.signal);
              let seen = 0;
              for await (const record of view.records.list('execution', { order: 'oldest' })) {
                seen += record.id.length > 0 ? 1 : 0;
                if (seen === Math.floor(rows / 2)) growth = Math.max(growth, heap() - before);
              }
              writing.abort();
              await writer;
              check(seen === rows, `${seen} rows instead of ${rows}`);
            }),
          ),
        byHand: () =>
          perSecond(rows, () => {
            let seen = 0;
            for (const row of db.iterate()) seen += decoded(row).id.length > 0 ? 1 : 0;
            check(seen === rows, 'rows are missing');
          }),
      });
      return [
        figure(`B6 stream ${rows.toLocaleString('en')} rows`, {
          value: rates.stepwell,
          unit: 'rows/s',
          peer: 'hand-written iterate',
          peerValue: rates.byHand,
          ratio: ratios.byHand,
          goal: '≥ 0.5',
        }),
        figure('B6 heap growth while streaming', {
          value: growth,
          unit: 'bytes',
          peer: 'allowed',
          peerValue: 2_097_152,
          ratio: growth / 2_097_152,
          goal: '≤ 1',
        }),
      ];
    }),
  );
}

/** Changes one execution over and over, so that epochs pass and the log fills without the rows growing in number. */
async function keepWriting(store, signal) {
  const { setTimeout } = await import('node:timers/promises');
  for (let n = 0; !signal.aborted; n += 1) {
    await store.write([putExecution({ ...execution(0), metadata: { n } })]);
    if (n % 100 === 99) await store.maintenance.checkpoint();
    await setTimeout(5);
  }
}

function heap() {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
