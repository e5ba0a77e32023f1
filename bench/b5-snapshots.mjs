/*
 * B5: taking a snapshot and closing it, while a writer commits, so that each finds a new epoch. Beside it opening a
 * connection, reading a row and closing it, which is how one would have a frozen state without a pool. The commits in
 * between are not timed.
 */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { putExecution } from 'stepwell';
import { check, median, paired } from './lib/paired.mjs';
import { figure } from './lib/report.mjs';
import { withStore } from './lib/stores.mjs';
import { execution } from './lib/workload.mjs';

export async function run({ quick }) {
  const perRound = quick ? 100 : 400;
  return await withStore(async ({ store }, directory) => {
    let written = 0;
    /** The usual time of `work` after a commit, as a rate. */
    const afterCommits = async (work) => {
      const times = [];
      for (let n = 0; n < perRound; n += 1) {
        const { epoch } = await store.write([putExecution(execution(written++))]);
        const started = performance.now();
        await work(epoch);
        times.push(performance.now() - started);
      }
      return 1 / median(times);
    };
    const { rates, ratios } = await paired(quick ? 5 : 11, {
      stepwell: () =>
        afterCommits(async (epoch) => {
          const snapshot = await store.snapshot();
          check(snapshot.epoch === epoch, 'the snapshot does not show the last commit');
          await snapshot.close();
        }),
      connection: () =>
        afterCommits((epoch) => {
          const db = new Database(join(directory, 'records.db'), { readonly: true });
          const newest = db.prepare('SELECT max(epoch) AS epoch FROM stepwell_commits').get();
          check(newest.epoch === epoch, 'the connection does not show the last commit');
          db.close();
        }),
    });
    return [
      figure('B5 snapshot and close', {
        value: 1 / rates.stepwell,
        unit: 'ms',
        peer: 'opening a connection',
        peerValue: 1 / rates.connection,
        // Of times, where `paired` compares rates.
        ratio: 1 / ratios.connection,
        goal: '≤ 0.1',
      }),
    ];
  });
}
