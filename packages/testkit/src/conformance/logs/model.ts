import { openStore, toArray } from '@stepwell/core';
import { memoryLogs } from '../../memory/memory-logs.ts';
import { checkAgainstModel } from '../support/model-run.ts';
import { dumpLine, dumpLogs } from './dump-logs.ts';
import { type LogGroup, logGroup } from './group.ts';
import { anyLogBatch } from './random-log-ops.ts';

export const model: LogGroup = logGroup('against the reference', {
  'S1–S4: any sequence of appends, prunes, reopens and snapshots does what the reference does (model-based)':
    async (bed) => {
      await checkAgainstModel(bed, {
        openReference: async () => await openStore(memoryLogs()),
        batch: anyLogBatch,
        dump: async (view) => ({
          ...(await dumpLogs(view)),
          middle: (await toArray(view.lines('a', { from: 2, until: 12, last: 3, reverse: true }))).map(
            dumpLine,
          ),
          found: (await toArray(view.search('a', { ignoreCase: true, context: 1 }))).map(
            ({ line, offset, before, after }) => [
              dumpLine(line),
              offset,
              before.map(dumpLine),
              after.map(dumpLine),
            ],
          ),
          counts: await toArray(
            view.counts({ source: 'empty', find: (bytes) => (bytes.length > 0 ? -1 : 0) }),
          ),
        }),
      });
    },
});
