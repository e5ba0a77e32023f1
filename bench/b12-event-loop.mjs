/*
 * B12: how late the event loop is while the load of B1 runs (500 writes at a time, one execution each) and, over and
 * over, a checkpoint, `optimize` and a compaction of the logs are asked for. Beside it the same loop with nothing to do.
 *
 * Twice: as the 99th percentile of what Node's histogram samples, which is what the goal is about; and with each stall
 * weighed by its length, since stalls among many idle milliseconds would hardly show in the former.
 */
import { setTimeout } from 'node:timers/promises';
import { appendLines, isStoreError, putExecution } from 'stepwell';
import { eventLoopDuring } from './lib/event-loop.mjs';
import { withLoadedStore } from './lib/loaded.mjs';
import { check, median, paired } from './lib/paired.mjs';
import { figure } from './lib/report.mjs';
import { execution } from './lib/workload.mjs';

const together = 500;
const tasks = ['checkpoint', 'optimize', 'compact'];

export async function run({ quick }) {
  const present = quick ? 20_000 : 100_000;
  const milliseconds = quick ? 700 : 3_000;
  return await withLoadedStore(present, async ({ store }) => {
    const done = { checkpoint: 0, optimize: 0, compact: 0 };
    const waits = { busy: [], idle: [] };
    let next = present;
    const write = async (until) => {
      while (performance.now() < until) {
        const group = Array.from({ length: together }, (_, n) => execution(next + n));
        next += together;
        await Promise.all(group.map((record) => store.write([putExecution(record)])));
      }
    };
    const load = async () => {
      const until = performance.now() + milliseconds;
      await Promise.all([write(until), maintain(store, until, done)]);
    };
    const side = (name, work) => async () => {
      const { p99, wait } = await eventLoopDuring(work);
      waits[name].push(wait);
      return p99;
    };
    const { rates } = await paired(5, {
      busy: side('busy', load),
      idle: side('idle', () => setTimeout(milliseconds)),
    });
    const count = await store.withSnapshot(({ view }) => view.records.count('execution'));
    check(count === next, `${count} executions instead of ${next}`);
    check(done.checkpoint > 0 && done.optimize > 0, 'nothing was maintained meanwhile');
    const counts = Object.entries(done).map(([task, times]) => `${times} ${task}`);
    console.error(`B12: performed meanwhile: ${counts.join(', ')}`);
    const beside = { unit: 'ms', goal: '≤ 10 ms over' };
    return [
      figure('B12 event-loop delay, p99', {
        ...beside,
        value: rates.busy,
        peer: 'the idle loop',
        peerValue: rates.idle,
      }),
      figure('B12 event-loop wait of 99 % of all moments', {
        ...beside,
        value: median(waits.busy),
        peer: 'the idle loop',
        peerValue: median(waits.idle),
      }),
    ];
  });
}

/** Asks for one task after the other until the time is over, and counts in `done` what was performed. */
async function maintain(store, until, done) {
  for (let turn = 0; performance.now() < until; turn += 1) {
    const task = tasks[turn % tasks.length];
    if (task === 'compact') await writeLogs(store);
    if (await performed(() => store.maintenance[task]())) done[task] += 1;
    await setTimeout(50);
  }
}

/** Something to compact: lines of many streams, in many frames. */
async function writeLogs(store) {
  for (let stream = 0; stream < 20; stream += 1) {
    const lines = Array.from({ length: 100 }, (_, n) => `cc -O2 -c src/module-${n}.c -o build/module-${n}.o`);
    await store.write([appendLines(`step-${stream}`, lines)]);
  }
}

/** False as well where no backend offers the task: the error output says how often each ran. */
async function performed(task) {
  try {
    return (await task()).performed;
  } catch (error) {
    if (isStoreError(error, 'NOT_SUPPORTED')) return false;
    throw error;
  }
}
