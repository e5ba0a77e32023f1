import { symlinkSync } from 'node:fs';
import { putExecution, type RecordOp } from '@stepwell/core';
import { sqliteRecords } from '@stepwell/sqlite-adapter';
import { expect, onTestFinished, test, vi } from 'vitest';
import { databaseIn, openDriver } from '../fixtures/open-driver.ts';

const run = (id: string): RecordOp => putExecution({ id, name: id, createdAt: 0 });

/** Nothing is looked at now and then: what wakes is what the file system told. */
function withoutPolls(): void {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
}

test.each(['process-crash', 'power-loss'] as const)(
  'a commit of another connection wakes who watches, when it can be read (%s)',
  async (durability) => {
    withoutPolls();
    await using place = await databaseIn('watch');
    await using writer = await openDriver(sqliteRecords({ path: place.path }));
    const link = place.workspace.within('link.db');
    symlinkSync(place.path, link);
    for (const path of [place.path, link]) {
      await using reader = await openDriver(sqliteRecords({ path }), 'read');
      const before = writer.epoch;
      const woken = new Promise<void>((resolve) => {
        const watching = reader.driver.watch?.(() => {
          watching?.close();
          resolve();
        });
      });
      await writer.group({ batches: [{ ops: [run(`${path} ${durability}`)] }], durability });
      await woken;
      const pin = await reader.driver.pin();
      expect(pin.head.epoch).toBe(before + 1);
      await pin.release();
    }
  },
);
