import { expect, test } from 'vitest';
import { MemoryDisk } from '../../memory/memory-disk.ts';
import { memoryRecords } from '../../memory/memory-records.ts';
import { recordConformance } from '../records/record-conformance.ts';

test('S5: a driver that does not look at what others committed is told what it must do', async () => {
  const failures: unknown[] = [];
  const runs: Promise<void>[] = [];
  recordConformance(
    {
      describe: (_, body) => body(),
      it: (title, run) => {
        if (!title.startsWith('S5: shared writers take turns')) return;
        runs.push(run().catch((error: unknown) => void failures.push(error)));
      },
    },
    'forgetful',
    // Each of them remembers its own commits only.
    () => memoryRecords({ disk: new MemoryDisk() }),
  );
  await Promise.all(runs);
  expect(failures).toMatchObject([{ message: expect.stringContaining('`pin` looks at what is stored now') }]);
});
