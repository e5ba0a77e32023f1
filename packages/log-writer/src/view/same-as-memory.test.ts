import {
  type Driver,
  type LineRange,
  type LogOp,
  type LogView,
  memoryLocks,
  type Pin,
  toArray,
} from '@stepwell/core';
import { memoryLogs } from '@stepwell/testkit';
import { expect, test } from 'vitest';
import { compareViews, dice, randomOps } from '../fixtures/random-history.ts';
import { sealLog } from '../fixtures/seal-log.ts';
import { tempDirectory } from '../fixtures/temp-directory.ts';
import { TestLog } from '../fixtures/test-log.ts';

type Pins = readonly [expected: Pin<LogView>, actual: Pin<LogView>];

async function commit(
  driver: Driver<LogView, LogOp>,
  ops: readonly LogOp[],
  epoch: number,
): Promise<unknown> {
  const prepared = await driver.prepare([{ ops }], { epoch, at: 0, durability: 'process-crash' });
  await prepared.commit({});
  return prepared.verdicts;
}

test.each([1, 2, 3, 4])(
  'S4, SF-50: reads, ranges, searches and prunes answer as the reference does (seed %i)',
  async (seed) => {
    const roll = dice(seed);
    const directory = tempDirectory();
    const reference = memoryLogs();
    await reference.open({ mode: 'write', now: Date.now, warn: () => {}, locks: memoryLocks() });
    let log = await TestLog.open(directory, { segmentBytes: 4096 });
    const reader = await TestLog.open(directory, { mode: 'read' });
    let before: Pins | undefined;
    for (let epoch = 1; epoch <= 60; epoch++) {
      const ops = randomOps(roll);
      expect(await commit(log.driver, ops, epoch)).toEqual(await commit(reference, ops, epoch));
      if (epoch % 20 !== 0) continue;
      // Of two looks one is at frames alone, and one at what was sealed since.
      if (epoch % 40 === 0 || seed % 2 === 0) expect(await sealLog(directory)).toBeGreaterThan(0);
      if (epoch % 40 === 0) await log.refresh();
      const pins = await Promise.all([reference.pin(), log.driver.pin(), reader.driver.pin()]);
      const [expected, own, others] = pins;
      expect([own.head.epoch, others.head.epoch]).toEqual([epoch, epoch]);
      await compareViews(expected.view, own.view, roll);
      await compareViews(expected.view, others.view, roll);
      // Whatever was written and pruned since: a snapshot shows what it showed.
      if (before !== undefined) await compareViews(before[0].view, before[1].view, roll);
      for (const pin of before ?? []) await pin.release();
      before = [expected, others];
      await own.release();
      await log.close();
      log = await TestLog.open(directory, { segmentBytes: 4096 });
    }
    expect((await log.driver.maintenance?.verify?.())?.problems).toEqual([]);
    for (const pin of before ?? []) await pin.release();
    await reference.close();
  },
);

test('INVALID_ARGUMENT for a range, a limit or a text that makes no sense', async () => {
  const log = await TestLog.open(tempDirectory());
  await log.append('a', 'x');
  const refused = expect.objectContaining({ code: 'INVALID_ARGUMENT' });
  await log.withView(async (view) => {
    await expect(toArray(view.lines('a', { from: 0 }))).rejects.toEqual(refused);
    await expect(toArray(view.lines('a', { first: 1 } as LineRange))).rejects.toEqual(refused);
    await expect(toArray(view.search(''))).rejects.toEqual(refused);
    await expect(toArray(view.search('x', { limit: 0 }))).rejects.toEqual(refused);
  });
});
