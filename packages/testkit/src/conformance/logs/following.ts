import assert from 'node:assert/strict';
import {
  appendLines,
  combine,
  type Driver,
  type LogOp,
  type LogView,
  openStore,
  type Pin,
  putFact,
  type RecordOp,
  type RecordView,
  toArray,
} from '@stepwell/core';
import { MemoryDisk } from '../../memory/memory-disk.ts';
import { memoryRecords } from '../../memory/memory-records.ts';
import { rejectsWith } from '../support/rejects-with.ts';
import type { TestBed } from '../support/test-bed.ts';
import { type LogGroup, logGroup } from './group.ts';

type Combined = Awaited<
  ReturnType<typeof openStore<{ readonly records: RecordView; readonly logs: LogView }, RecordOp | LogOp>>
>;

const claims = 'a driver that claims `follow`';

/** Runs `work` on the logs behind reference records, unless the driver does not claim that it can follow. */
async function behindRecords(
  bed: TestBed<LogView, LogOp>,
  disk: MemoryDisk,
  work: (store: Combined, logs: Driver<LogView, LogOp>) => Promise<void>,
): Promise<void> {
  const logs = await bed.driver();
  const records = memoryRecords({ disk });
  if (!logs.capabilities.has('follow')) {
    await rejectsWith('INVALID_ARGUMENT', () => combine({ records, logs }), 'combine()');
    return;
  }
  // What is cut or lost behind its leader is told, and looked for here.
  const store = await openStore(combine({ records, logs }), { onWarning: () => {} });
  try {
    await work(store, logs);
  } finally {
    await store.close();
  }
}

/** A pin at the leader's `epoch`, as `combine` makes one. */
function clamp(pin: Pin<LogView>, epoch: number): void {
  assert.equal(typeof pin.clamp, 'function', `${claims} has pins with \`clamp\``);
  pin.clamp?.(epoch);
}

async function textsIn(view: LogView): Promise<string[]> {
  return (await toArray(view.lines('s'))).map(({ text }) => text);
}

/** Under `combine`; `storeConformance` asks for the rest of it. */
export const following: LogGroup = logGroup('behind a leader', {
  'S4: a pin is clamped to the epoch of its leader: to an earlier one, and to a later one that it has':
    async (bed) => {
      await behindRecords(bed, new MemoryDisk(), async (store, logs) => {
        await store.write([appendLines('s', ['one'])]);
        const early = await logs.pin();
        await store.write([appendLines('s', ['two'])]);
        await store.write([appendLines('s', ['three'])]);
        const late = await logs.pin();
        try {
          clamp(late, 1);
          assert.deepStrictEqual(await textsIn(late.view), ['one'], 'of three commits, the first');
          // One that says that its files are no longer the current ones is taken anew.
          if ((await early.isCurrent?.(3)) === false) return;
          clamp(early, 2);
          assert.deepStrictEqual(
            await textsIn(early.view),
            ['one', 'two'],
            'appended after the pin was taken',
          );
        } finally {
          await early.release();
          await late.release();
        }
      });
    },

  'S1: what its leader never committed is gone after a reopen, and its numbers are given out again': async (
    bed,
  ) => {
    const disk = new MemoryDisk();
    await behindRecords(bed, disk, async (store) => {
      await store.write([appendLines('s', ['kept'])]);
    });
    const { records } = disk;
    await behindRecords(bed, disk, async (store) => {
      await store.write([appendLines('s', ['never happened'])]);
    });
    // As a death between the two sides leaves it: the lines are there, and the commit of the records is not.
    disk.records = records;
    await behindRecords(bed, disk, async (store) => {
      await store.withSnapshot(async ({ epoch, view }) => {
        assert.deepStrictEqual([epoch, await textsIn(view.logs)], [1, ['kept']]);
      });
      const { epoch, results } = await store.write([appendLines('s', ['instead'])]);
      assert.deepStrictEqual([epoch, results], [2, [{ stream: 's', first: 2, last: 2 }]]);
      assert.deepStrictEqual(await store.withSnapshot(({ view }) => textsIn(view.logs)), ['kept', 'instead']);
    });
  },

  'S3: epochs are those of the leader, whose commits need not write lines': async (bed) => {
    const disk = new MemoryDisk();
    const fact = (object: string) => putFact({ subject: 's', predicate: 'p', object });
    await behindRecords(bed, disk, async (store) => {
      await store.write([fact('one')]);
      await store.write([appendLines('s', ['at two'])]);
      await store.write([fact('three')]);
    });
    await behindRecords(bed, disk, async (store) => {
      await store.write([appendLines('s', ['at four'])]);
      await store.withSnapshot(async ({ view }) => {
        const lines = await toArray(view.logs.lines('s'));
        assert.deepStrictEqual(
          lines.map(({ epoch, text }) => [epoch, text]),
          [
            [2, 'at two'],
            [4, 'at four'],
          ],
        );
      });
    });
  },
});
