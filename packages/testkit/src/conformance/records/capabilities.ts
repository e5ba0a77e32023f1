import assert from 'node:assert/strict';
import { type Maintenance, type RecordOp, type RecordView, type Store, toArray } from '@stepwell/core';
import { rejectsWith } from '../support/rejects-with.ts';
import { dumpRecords } from './dump-records.ts';
import { type RecordGroup, recordGroup } from './group.ts';
import { libraryOps } from './list-model.ts';
import { execution } from './samples.ts';

const tasks = [
  'checkpoint',
  'compact',
  'collect',
  'verify',
  'optimize',
  'prune',
] as const satisfies (keyof Maintenance)[];

/** Whether the driver offers the task; one that it does not offer must say so. */
async function offers(
  store: Store<RecordView, RecordOp>,
  task: (typeof tasks)[number],
  offered: boolean,
): Promise<boolean> {
  if (!offered) await rejectsWith('NOT_SUPPORTED', async () => await store.maintenance[task](), task);
  return offered;
}

export const capabilities: RecordGroup = recordGroup('what a backend offers, and what it does not', {
  'S2: power-loss durability is kept, or refused with NOT_SUPPORTED': async (bed) => {
    const store = await bed.open();
    const write = async () => await store.write([execution('e')], { durability: 'power-loss' });
    if (store.capabilities.has('power-loss')) assert.equal((await write()).epoch, 1);
    else await rejectsWith('NOT_SUPPORTED', write);
    await rejectsWith(
      'INVALID_ARGUMENT',
      async () => await store.write([execution('e')], { durability: 'maybe' as never }),
    );
    await store.sync();
  },

  'S3: changes are refused with NOT_SUPPORTED where there are none': async (bed) => {
    const store = await bed.open();
    if (store.capabilities.has('changes')) return;
    await rejectsWith('NOT_SUPPORTED', async () => await toArray(store.changes({ since: 'lineage.0' })));
  },

  'S9: repair and backup are NOT_SUPPORTED where they are not offered': async (bed) => {
    const { maintenance = {} } = await bed.driver();
    const store = await bed.open();
    if (maintenance.repair === undefined)
      await rejectsWith('NOT_SUPPORTED', async () => await store.maintenance.repair());
    if (maintenance.backup !== undefined) return;
    const destination = bed.workspace.within('copy');
    await rejectsWith('NOT_SUPPORTED', async () => await store.maintenance.backup(destination));
  },

  'S9: maintenance changes nothing that anybody sees, and what is not offered is NOT_SUPPORTED': async (
    bed,
  ) => {
    const { maintenance = {} } = await bed.driver();
    const store = await bed.open();
    await store.write(libraryOps);
    const snapshot = await store.snapshot();
    const before = await dumpRecords(snapshot.view);
    await store.write([execution('later')]);
    const after = await store.withSnapshot(async ({ view }) => await dumpRecords(view));
    for (const task of tasks) {
      if (!(await offers(store, task, maintenance[task] !== undefined))) continue;
      const { performed, reason, problems } = await store.maintenance[task]();
      assert.ok(performed || (reason ?? '') !== '', `${task} did nothing and did not say why`);
      assert.deepStrictEqual(problems, [], task);
      assert.deepStrictEqual(await dumpRecords(snapshot.view), before, `the snapshot after ${task}`);
      assert.deepStrictEqual(
        await store.withSnapshot(async ({ view }) => await dumpRecords(view)),
        after,
        task,
      );
    }
    await snapshot.close();
  },
});
