/*
 * B3: 60 % lists of the newest 10, each through a snapshot of its own, 40 % saves, 50 at a time, with many rows
 * present. Beside it the same by hand, one after the other, since better-sqlite3 is synchronous. Both survive the
 * death of the process (WAL, synchronous=NORMAL).
 */
import { isDeepStrictEqual } from 'node:util';
import { putExecution, toArray } from 'stepwell';
import { withLoadedHandWritten, withLoadedStore } from './lib/loaded.mjs';
import { check, paired, perSecond } from './lib/paired.mjs';
import { figure } from './lib/report.mjs';
import { execution, numberOf } from './lib/workload.mjs';

const together = 50;
const isSave = (n) => n % 5 < 2;

export async function run({ quick }) {
  const present = quick ? 100_000 : 1_000_000;
  const operations = quick ? 2_000 : 20_000;
  return await withLoadedStore(present, ({ store }) =>
    withLoadedHandWritten(present, async (db) => {
      const ours = throughStore(store, present);
      const theirs = byHand(db, present);
      const { rates, ratios } = await paired(5, {
        stepwell: () =>
          perSecond(operations, async () => {
            for (let n = 0; n < operations; n += together) {
              await Promise.all(Array.from({ length: together }, (_, k) => ours.operation(n + k)));
            }
          }),
        byHand: () =>
          perSecond(operations, () => {
            for (let n = 0; n < operations; n += 1) theirs.operation(n);
          }),
      });
      await ours.checkEnd();
      theirs.checkEnd();
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

function throughStore(store, present) {
  let next = present;
  let acknowledged = present;
  return {
    async operation(n) {
      if (isSave(n)) {
        const number = next;
        next += 1;
        await store.write([putExecution(execution(number))]);
        acknowledged = Math.max(acknowledged, number + 1);
        return;
      }
      const atLeast = acknowledged;
      const newest = await store.withSnapshot(({ view }) =>
        toArray(view.records.list('execution', { limit: 10 })),
      );
      checkNewest(newest, atLeast);
    },
    async checkEnd() {
      await store.withSnapshot(async ({ view: { records } }) => {
        check((await records.count('execution')) === next, 'saves are missing');
        const newest = await toArray(records.list('execution', { limit: next - present }));
        for (const [n, record] of newest.entries()) checkSame(record, next - 1 - n);
      });
    },
  };
}

function byHand(db, present) {
  let next = present;
  return {
    operation(n) {
      if (isSave(n)) {
        db.save(execution(next));
        next += 1;
      } else checkNewest(db.newest(), next);
    },
    checkEnd() {
      check(db.stored.count() === next, 'saves are missing');
      for (let n = present; n < next; n += 1) checkSame(db.get(execution(n).id), n);
    },
  };
}

/** Ten in order, without a gap, and what was acknowledged before the list was asked for is there. */
function checkNewest(newest, atLeast) {
  check(newest.length === 10, `a list of ${newest.length}`);
  const first = numberOf(newest[0]);
  check(first + 1 >= atLeast, 'a list lacks what was saved before');
  check(
    newest.every((record, n) => numberOf(record) === first - n),
    'a list is out of order',
  );
}

function checkSame(record, n) {
  check(isDeepStrictEqual({ ...record }, execution(n)), `execution ${n} came back as another`);
}
