import { randomBytes } from 'node:crypto';
import { openReader, openStore, putExecution, toArray } from '@stepwell/core';
import { sqliteRecords } from '@stepwell/sqlite-adapter';
import { expect, test } from 'vitest';
import { changedSince, commitEnds, type Files, layOut, leaveBehind } from '../fixtures/left-behind.ts';
import { databaseIn } from '../fixtures/open-driver.ts';

const modes = ['read', 'write'] as const;
type Mode = (typeof modes)[number];

/** The ids that a store of `mode` shows, or the code of its refusal. */
async function tryOpen(path: string, mode: Mode): Promise<number | string> {
  try {
    await using store = await (mode === 'write' ? openStore : openReader)(sqliteRecords({ path }));
    const ids = await store.withSnapshot(async ({ view, epoch }) => {
      const found = await toArray(view.list('execution', { order: 'oldest' }));
      expect(epoch).toBe(found.length);
      return found.map(({ id }) => id);
    });
    expect(ids).toEqual(ids.map((_, index) => `run-${index + 1}`));
    return ids.length;
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code === undefined) throw error;
    expect(message).toContain(path);
    return code;
  }
}

const noise = (length: number): Buffer => randomBytes(length);
const without = (bytes: Buffer | undefined, from: number): Buffer | undefined => bytes?.subarray(0, from);

function overwritten(bytes: Buffer | undefined, at: number, by: Buffer): Buffer {
  const copy = Buffer.from(bytes ?? '');
  by.copy(copy, at);
  return copy;
}

/** The page with which the last commit ends. */
function lastPage({ log = Buffer.alloc(0) }: Files): number {
  return log.length - 100;
}

interface Damage {
  readonly what: string;
  readonly damage: (files: Files) => Partial<Files>;
  /** The commits that are left, or the code of the refusal. */
  readonly outcome: number | string;
}

const noLog = { log: undefined, index: undefined };

// Three commits are in the database, two more in the log.
const damages: readonly Damage[] = [
  { what: 'nothing', damage: () => ({}), outcome: 5 },
  { what: 'the index of the log is gone', damage: () => ({ index: undefined }), outcome: 5 },
  { what: 'the index of the log is empty', damage: () => ({ index: Buffer.alloc(0) }), outcome: 5 },
  { what: 'the index of the log is garbage', damage: () => ({ index: noise(32_768) }), outcome: 5 },
  { what: 'the index of the log is half a page', damage: () => ({ index: noise(2_048) }), outcome: 5 },
  { what: 'the log is gone', damage: () => noLog, outcome: 3 },
  { what: 'the log is empty', damage: () => ({ log: Buffer.alloc(0) }), outcome: 3 },
  { what: 'the log is garbage', damage: ({ log }) => ({ log: noise(log?.length ?? 0) }), outcome: 3 },
  { what: 'the log is zeros', damage: ({ log }) => ({ log: Buffer.alloc(log?.length ?? 0) }), outcome: 3 },
  {
    what: 'the last page of the log is damaged',
    damage: (files) => ({ log: overwritten(files.log, lastPage(files), noise(8)), index: undefined }),
    outcome: 4,
  },
  { what: 'the database is gone', damage: () => ({ database: undefined }), outcome: 'CORRUPT' },
  { what: 'the database is empty', damage: () => ({ database: Buffer.alloc(0) }), outcome: 'CORRUPT' },
  {
    what: 'the database is a text',
    damage: () => ({ ...noLog, database: Buffer.from('no database at all. '.repeat(999)) }),
    outcome: 'CORRUPT',
  },
  {
    what: 'the database is encrypted',
    damage: ({ database }) => ({ ...noLog, database: noise(database?.length ?? 0) }),
    outcome: 'CORRUPT',
  },
  {
    what: 'the size of the pages is garbled',
    damage: ({ database }) => ({ ...noLog, database: overwritten(database, 16, Buffer.from([0x13, 0x37])) }),
    outcome: 'CORRUPT',
  },
  {
    what: 'the page of the schema is garbled',
    damage: ({ database }) => ({ ...noLog, database: overwritten(database, 100, noise(3_996)) }),
    outcome: 'CORRUPT',
  },
];

test.each(damages)('S7, S11: $what: $outcome', async ({ damage, outcome: expected }) => {
  await using place = await databaseIn('damaged');
  const intact = await leaveBehind(place.path, { written: 3, logged: 2 });
  const files = { ...intact, ...damage(intact) };
  const path = place.workspace.within('damaged', 'records.db');
  for (const mode of modes) {
    layOut(path, files);
    expect([mode, await tryOpen(path, mode)]).toEqual([mode, expected]);
    // Whoever reads leaves everything as it is, and so does whoever refuses.
    if (mode === 'read' || typeof expected === 'string') expect(changedSince(path, files)).toEqual([]);
  }
  if (typeof expected === 'string') return;
  await using store = await openStore(sqliteRecords({ path }));
  await store.write([putExecution({ id: 'afterwards', name: 'a', createdAt: 0 })]);
  expect(await store.maintenance.verify()).toMatchObject({ problems: [] });
});

test('S7: a log that was cut anywhere holds the commits that end before, whole; its readers leave it as it is', async () => {
  await using place = await databaseIn('damaged');
  const intact = await leaveBehind(place.path, { written: 3, logged: 4 });
  const { log = Buffer.alloc(0) } = intact;
  const ends = commitEnds(log);
  expect(ends).toHaveLength(4);
  const frameBytes = 24 + 4096;
  const cuts = [0, 1, 31, 32];
  for (let at = 32 + frameBytes; at <= log.length; at += frameBytes) cuts.push(at - 2_000, at - 1, at);
  const path = place.workspace.within('damaged', 'records.db');
  for (const cut of cuts) {
    const files = { ...intact, log: without(log, cut), index: undefined };
    const expected = 3 + ends.filter((end) => end <= cut).length;
    layOut(path, files);
    expect([cut, await tryOpen(path, 'read')]).toEqual([cut, expected]);
    expect(changedSince(path, files)).toEqual([]);
    expect([cut, await tryOpen(path, 'write')]).toEqual([cut, expected]);
  }
});

test('S7, S11: a database that was cut anywhere is CORRUPT, and is left as it is', async () => {
  await using place = await databaseIn('damaged');
  const { database } = await leaveBehind(place.path, { written: 3, logged: 0 });
  const path = place.workspace.within('damaged', 'records.db');
  const pages = (database?.length ?? 0) / 4096;
  expect(pages).toBeGreaterThan(20);
  for (let page = 0; page < pages; page += 1) {
    for (const cut of [page * 4096 + 10, page * 4096 + 101, (page + 1) * 4096 - 1, page * 4096]) {
      if (cut === 0) continue;
      const files = { ...noLog, database: without(database, cut) };
      const mode = modes[cut % 2] ?? 'read';
      layOut(path, files);
      expect([cut, mode, await tryOpen(path, mode)]).toEqual([cut, mode, 'CORRUPT']);
      expect(changedSince(path, files)).toEqual([]);
    }
  }
});

// SQLite does not write into a log whose it is. What fits together is the other store, whole; what does not is found.
test.each([
  { ours: { written: 3, logged: 2 }, theirs: { written: 10, logged: 2 } },
  { ours: { written: 300, logged: 2, bytes: 200 }, theirs: { written: 3, logged: 2 } },
  { ours: { written: 300, logged: 2, bytes: 200 }, theirs: { written: 200, logged: 20, bytes: 200 } },
])(
  'S7: the log of another database, as a restored backup may meet it, is refused, or found by verify',
  async ({ ours, theirs }) => {
    await using place = await databaseIn('damaged');
    const { workspace } = place;
    const { database } = await leaveBehind(workspace.within('ours.db'), ours);
    const { log } = await leaveBehind(workspace.within('theirs.db'), { ...theirs, id: 'other' });
    const path = workspace.within('damaged', 'records.db');
    layOut(path, { database, log, index: undefined });
    try {
      await using store = await openStore(sqliteRecords({ path }));
      if ((await store.maintenance.verify()).problems.length > 0) return;
      const ids = await store.withSnapshot(({ view }) => toArray(view.list('execution')));
      expect(new Set(ids.map(({ id }) => id.split('-')[0]))).toEqual(new Set(['other']));
      expect(ids).toHaveLength(theirs.written + theirs.logged);
    } catch (error) {
      expect(error).toMatchObject({ code: 'CORRUPT', message: expect.stringContaining(path) });
    }
  },
);
