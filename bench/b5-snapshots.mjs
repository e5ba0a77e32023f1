/*
 * B5: taking a snapshot and closing it, while a writer commits, so that each finds a new epoch. Beside it opening and
 * closing a connection, which is how one would have a frozen state without a pool.
 */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { putExecution } from 'stepwell';
import { check, median } from './lib/paired.mjs';
import { figure } from './lib/report.mjs';
import { withStore } from './lib/stores.mjs';
import { execution } from './lib/workload.mjs';

export async function run({ quick }) {
  const rounds = quick ? 200 : 2_000;
  return await withStore(async ({ store }, directory) => {
    const ours = [];
    const theirs = [];
    for (let round = 0; round < rounds; round += 1) {
      const { epoch } = await store.write([putExecution(execution(round))]);
      ours.push(
        await milliseconds(async () => {
          const snapshot = await store.snapshot();
          check(snapshot.epoch === epoch, 'the snapshot does not show the last commit');
          await snapshot.close();
        }),
      );
      theirs.push(
        await milliseconds(() => {
          const db = new Database(join(directory, 'records.db'), { readonly: true });
          check(db.prepare('SELECT count(*) AS n FROM executions').get().n === round + 1, 'rows are missing');
          db.close();
        }),
      );
    }
    const [value, peerValue] = [median(ours), median(theirs)];
    return [
      figure('B5 snapshot and close', {
        value,
        unit: 'ms',
        peer: 'opening a connection',
        peerValue,
        ratio: value / peerValue,
        goal: '≤ 0.1',
      }),
    ];
  });
}

async function milliseconds(work) {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
