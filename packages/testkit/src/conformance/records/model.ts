import { openStore, recordKinds } from '@stepwell/core';
import { memoryRecords } from '../../memory/memory-records.ts';
import { checkAgainstModel } from '../support/model-run.ts';
import { dumpRecords } from './dump-records.ts';
import { type RecordGroup, recordGroup } from './group.ts';
import { anyRecordBatch } from './random-ops.ts';

export const model: RecordGroup = recordGroup('against the reference', {
  'S1–S4, S8: any sequence of writes, reopens and snapshots does what the reference does (model-based)':
    async (bed) => {
      await checkAgainstModel(bed, {
        openReference: async () => await openStore(memoryRecords()),
        batch: anyRecordBatch,
        dump: async (view) => ({
          ...(await dumpRecords(view)),
          counts: await Promise.all(recordKinds.map((kind) => view.count(kind))),
          children: await view.count('step', { executionId: 'x' }),
          chain: (await view.facts({ subject: 'a' }).follow('uses').all()).length,
        }),
      });
    },
});
