import { openReader, openStore } from '@stepwell/core';
import { memoryLogs } from '@stepwell/testkit';
import { expect, test } from 'vitest';
import { fileLogs } from '../driver/file-logs.ts';
import { openLogs, segmentFiles } from '../fixtures/compacted.ts';
import { compareViews, dice, randomOps } from '../fixtures/random-history.ts';
import { tempDirectory } from '../fixtures/temp-directory.ts';

test.each([1, 2, 3])(
  'S4, S9: sealed, merged and collected logs answer as the reference does, old snapshots too (seed %i)',
  { timeout: 120_000 },
  async (seed) => {
    const roll = dice(seed);
    const directory = tempDirectory();
    const reference = await openStore(memoryLogs());
    let { store } = await openLogs(directory);
    const reader = await openReader(fileLogs({ directory }));
    const held: (() => Promise<void>)[] = [];
    let merges = 0;
    for (let epoch = 1; epoch <= 120; epoch++) {
      const ops = randomOps(roll);
      expect((await store.write(ops)).results).toEqual((await reference.write(ops)).results);
      if (epoch % 10 !== 0) continue;

      const expected = await reference.snapshot();
      const others = [await store.snapshot(), await reader.snapshot()];
      held.push(async () => {
        for (const one of others) {
          expect(one.epoch).toBe(expected.epoch);
          await compareViews(expected.view, one.view, roll);
        }
        for (const one of [expected, ...others]) await one.close();
      });
      // Some are looked at before the files change under them, and all of them later.
      if (roll(2) === 0) for (const one of others) await compareViews(expected.view, one.view, roll);
      const report = await store.maintenance.compact({ full: roll(3) === 0 });
      merges += report.measures.find(({ name }) => name === 'logs.compact.merged')?.value ?? 0;
      await using after = await reader.snapshot();
      await compareViews(expected.view, after.view, roll);
      if (roll(2) === 0) await held.splice(roll(held.length), 1)[0]?.();
      await store.maintenance.collect();
      if (roll(4) === 0) {
        for (const check of held.splice(0)) await check();
        await store.close();
        store = (await openLogs(directory)).store;
      }
    }
    expect(merges).toBeGreaterThan(8);
    for (const check of held) await check();
    expect((await store.maintenance.verify()).problems).toEqual([]);

    // Once nobody reads them, what was replaced is gone.
    await reader.close();
    await store.maintenance.compact({ full: true });
    await store.maintenance.collect();
    const { frames, sealed } = segmentFiles(directory);
    expect([frames.length, sealed.length]).toEqual([1, 1]);
    await reference.close();
  },
);
