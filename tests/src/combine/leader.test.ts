import {
  appendLines,
  combine,
  type LeaderState,
  type OpenContext,
  openReader,
  openStore,
} from '@stepwell/core';
import { MemoryDisk, memoryLogs, memoryRecords } from '@stepwell/testkit';
import { expect, test } from 'vitest';
import { codeOf } from '../fixtures/code-of.ts';
import { wrapDriver } from '../fixtures/wrap-driver.ts';

/** Two drivers on one disk that note what the follower is told, and how often the leader was synced. */
function notingDriver(disk = new MemoryDisk()) {
  const noted = { contexts: [] as OpenContext[], leaders: [] as (LeaderState | undefined)[], synced: 0 };
  const records = memoryRecords({ disk });
  const logs = memoryLogs({ disk });
  const driver = combine({
    records: wrapDriver(records, {
      sync: async () => {
        noted.synced += 1;
      },
    }),
    logs: wrapDriver(logs, {
      open: (context) => {
        noted.contexts.push(context);
        noted.leaders.push(context.leader);
        return logs.open(context);
      },
      refresh: (leader) => {
        noted.leaders.push(leader);
        return logs.refresh(leader);
      },
    }),
  });
  return { driver, records, noted, disk };
}

test('S1: a follower can have its leader synced, and only its leader', async () => {
  const { driver, noted } = notingDriver();
  const store = await openStore(driver, { writer: 'shared' });
  await store.write([appendLines('a', ['1'])]);
  expect(noted.leaders).toHaveLength(2);
  for (const leader of noted.leaders) await leader?.sync();
  expect(noted.synced).toBe(2);
  await store.close();
});

test('S5: a follower has the locks of the store, and its turns, which end with it', async () => {
  const { driver, records, noted, disk } = notingDriver();
  const store = await openStore(driver, { writer: 'shared' });
  const [context] = noted.contexts;
  expect(context?.locks).toBe(records.locks);
  const held = await context?.turn?.(async () => disk.locks.has('writer'));
  expect(held).toBe(true);
  await store.close();
  expect(await codeOf(context?.turn?.(async () => {}) ?? Promise.resolve())).toBe('NOT_OPEN');
  const reading = notingDriver(disk);
  await (await openReader(reading.driver)).close();
  expect(reading.noted.contexts.map(({ mode, turn, locks }) => [mode, turn, locks])).toEqual([
    ['read', undefined, reading.records.locks],
  ]);
});
