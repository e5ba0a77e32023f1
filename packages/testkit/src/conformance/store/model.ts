import { combine, openStore } from '@stepwell/core';
import fc from 'fast-check';
import { MemoryDisk } from '../../memory/memory-disk.ts';
import { memoryLogs } from '../../memory/memory-logs.ts';
import { memoryRecords } from '../../memory/memory-records.ts';
import { anyLogBatch } from '../logs/random-log-ops.ts';
import { anyRecordBatch } from '../records/random-ops.ts';
import { checkAgainstModel } from '../support/model-run.ts';
import { dumpStore } from './dump-store.ts';
import { type CombinedOp, type StoreGroup, storeGroup } from './group.ts';

/** Record ops and appends, in any order. */
const anyBatch: fc.Arbitrary<CombinedOp[]> = fc
  .tuple(fc.oneof(fc.constant([]), anyRecordBatch), fc.oneof(fc.constant([]), anyLogBatch), fc.boolean())
  .map(([records, logs, logsFirst]) => (logsFirst ? [...logs, ...records] : [...records, ...logs]));

export const model: StoreGroup = storeGroup('against the reference', {
  'S1–S4, S8: any sequence of writes, reopens and snapshots does what the reference does (model-based)':
    async (bed) => {
      await checkAgainstModel(bed, {
        openReference: async () => {
          const disk = new MemoryDisk();
          return await openStore(combine({ records: memoryRecords({ disk }), logs: memoryLogs({ disk }) }));
        },
        batch: anyBatch,
        dump: dumpStore,
      });
    },
});
