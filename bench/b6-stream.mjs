/*
 * B6: streaming all rows through a snapshot while a writer commits and checkpoints run. Beside it a hand-written
 * `iterate` over as many rows, decoding the same fields, with nothing else going on.
 *
 * The heap is measured in a stream of its own, since collecting garbage costs time: after a first one that has warmed
 * everything up, before the stream begins and at each tenth of it.
 */
import { setTimeout } from 'node:timers/promises';
import { putExecution } from 'stepwell';
import { withLoadedHandWritten, withLoadedStore } from './lib/loaded.mjs';
import { liveHeap } from './lib/memory.mjs';
import { check, paired, perSecond } from './lib/paired.mjs';
import { figure } from './lib/report.mjs';
import { execution, numberOf } from './lib/workload.mjs';

const megabyte = 1024 * 1024;

export async function run({ quick }) {
  const rows = quick ? 100_000 : 1_000_000;
  return await withLoadedStore(rows, ({ store }) =>
    withLoadedHandWritten(rows, async (db) => {
      const { rates, ratios } = await paired(5, {
        stepwell: () => whileWriting(store, (view) => perSecond(rows, () => streamAll(view, rows))),
        byHand: () => perSecond(rows, () => iterateAll(db, rows)),
      });
      const { before, highest } = await heapOfStream(store, rows);
      return [
        figure(`B6 stream ${rows.toLocaleString('en')} rows`, {
          value: rates.stepwell,
          unit: 'rows/s',
          peer: 'hand-written iterate',
          peerValue: rates.byHand,
          ratio: ratios.byHand,
          goal: '≥ 0.5',
        }),
        figure('B6 heap after gc, highest of the stream', {
          value: highest / megabyte,
          unit: 'MB',
          peer: 'before the stream',
          peerValue: before / megabyte,
          goal: '≤ 2 MB over',
        }),
      ];
    }),
  );
}

async function streamAll(view, rows, onTenth = () => {}) {
  const tally = new Tally();
  for await (const record of view.records.list('execution', { order: 'oldest' })) {
    tally.add(record);
    if (tally.count % (rows / 10) === 0) onTenth();
  }
  tally.check(rows);
}

function iterateAll(db, rows) {
  const tally = new Tally();
  for (const record of db.iterate()) tally.add(record);
  tally.check(rows);
}

/** Counts rows, and sums up what makes each of them another. */
class Tally {
  count = 0;
  #sum = 0;

  add(record) {
    this.count += 1;
    this.#sum += numberOf(record) + record.id.length + record.tags.length;
  }

  check(rows) {
    const numbers = (rows * (rows - 1)) / 2;
    const idLength = execution(0).id.length * rows;
    const tags = 2 * rows + Math.floor(rows / 250);
    check(this.count === rows, `${this.count} rows instead of ${rows}`);
    check(this.#sum === numbers + idLength + tags, 'the rows are not those that were written');
  }
}

async function heapOfStream(store, rows) {
  return await whileWriting(store, async (view) => {
    const before = liveHeap();
    let highest = before;
    await streamAll(view, rows, () => {
      highest = Math.max(highest, liveHeap());
    });
    return { before, highest };
  });
}

/**
 * Runs `work` with a snapshot while one execution changes over and over, with checkpoints between: epochs pass and the
 * log fills without the rows growing in number.
 */
async function whileWriting(store, work) {
  return await store.withSnapshot(async ({ view }) => {
    const done = new AbortController();
    const writing = keepWriting(store, done.signal);
    try {
      return await work(view);
    } finally {
      done.abort();
      const { commits, checkpoints } = await writing;
      check(commits > 0 && checkpoints > 0, 'nothing was written meanwhile');
    }
  });
}

async function keepWriting(store, signal) {
  let [commits, checkpoints] = [0, 0];
  while (!signal.aborted) {
    await store.write([putExecution({ ...execution(0), metadata: { commits } })]);
    commits += 1;
    if (commits % 20 === 1) {
      await store.maintenance.checkpoint();
      checkpoints += 1;
    }
    await setTimeout(5);
  }
  return { commits, checkpoints };
}
