import { putExecution, putFact, putStep, type RecordOp, toArray } from '@stepwell/core';
import { crashAt } from '@stepwell/testkit';
import { expect, test } from 'vitest';
import { databaseIn, openDriver } from '../fixtures/open-driver.ts';
import { withSqlite } from '../fixtures/sqlite.ts';
import { sqliteCrashPoints, sqliteRecords } from '../index.ts';

const run = (id: string, more = {}): RecordOp => putExecution({ id, name: id, createdAt: 0, ...more });
const orphan = putStep({ id: 'orphan', executionId: 'nobody', name: 'orphan', index: 0, createdAt: 0 });

test('S1, SF-04: a bad batch fails alone and wholly; its neighbours in the group stand', async () => {
  await using place = await databaseIn('group');
  await using store = await openDriver(sqliteRecords({ path: place.path }));
  const verdicts = await store.group({
    batches: [
      { ops: [run('a'), putFact({ subject: 'a', predicate: 'is', object: 'there' })] },
      { ops: [run('b'), putFact({ subject: 'b', predicate: 'was', object: 'here' }), orphan] },
      { ops: [run('a', { status: 'running' }), run('c')] },
      { ops: [putFact({ subject: 'c', predicate: 'was', object: 'there' })] },
    ],
  });
  expect(verdicts.map(({ state }) => state)).toEqual(['ready', 'rejected', 'ready', 'ready']);
  expect(verdicts[1]).toMatchObject({ error: { code: 'CONSTRAINT', details: { id: 'orphan' } } });
  await store.read(async (view) => {
    const ids = (await toArray(view.list('execution', { order: 'oldest' }))).map(({ id }) => id);
    expect(ids).toEqual(['a', 'c']);
    // The numbers of terms that the bad batch was given must not be taken for those of later ones.
    expect(await view.facts().all()).toEqual([
      { subject: 'a', predicate: 'is', object: 'there' },
      { subject: 'c', predicate: 'was', object: 'there' },
    ]);
  });
});

test('S1: when every batch is bad nothing is committed, and the driver goes on', async () => {
  await using place = await databaseIn('group');
  await using store = await openDriver(sqliteRecords({ path: place.path }));
  const verdicts = await store.group({ batches: [{ ops: [orphan] }, { ops: [run('x'), orphan] }] });
  expect(verdicts.map(({ state }) => state)).toEqual(['rejected', 'rejected']);
  expect((await store.driver.refresh()).epoch).toBe(0);
  await store.write(run('x'));
  expect(store.epoch).toBe(1);
});

test('S1: a rolled-back group leaves nothing, terms and change rows included', async () => {
  await using place = await databaseIn('group');
  await using store = await openDriver(sqliteRecords({ path: place.path }));
  const fact = { subject: 's', predicate: 'p', object: 'o' };
  const prepared = await store.driver.prepare([{ ops: [run('x'), putFact(fact)] }], {
    epoch: 1,
    at: 0,
    durability: 'process-crash',
  });
  await prepared.rollback();
  await store.write(putFact({ subject: 'other', predicate: 'p', object: 's' }), putFact(fact));
  expect(await store.read((view) => view.facts(fact).count())).toBe(1);
  expect(await store.read((view) => view.count('execution'))).toBe(0);
});

test('S8: a transaction id is applied once: within a group, after it, and after reopening', async () => {
  await using place = await databaseIn('group');
  {
    await using store = await openDriver(sqliteRecords({ path: place.path }));
    const verdicts = await store.group({
      batches: [
        { ops: [run('bad'), orphan], transactionId: 'id-2' },
        { ops: [run('a')], transactionId: 'id-1' },
        { ops: [run('b')], transactionId: 'id-1' },
        { ops: [run('c')], transactionId: 'id-2' },
      ],
    });
    // What was refused was not applied: its id is free.
    expect(verdicts.map((verdict) => [verdict.state, 'epoch' in verdict && verdict.epoch])).toEqual([
      ['rejected', false],
      ['ready', false],
      ['duplicate', 1],
      ['ready', false],
    ]);
  }
  await using store = await openDriver(sqliteRecords({ path: place.path }));
  const again = await store.group({
    batches: [{ ops: [run('d')], transactionId: 'id-1' }, { ops: [run('e')] }],
  });
  expect(again[0]).toEqual({ state: 'duplicate', epoch: 1 });
  const ids = await store.read((view) => toArray(view.list('execution', { order: 'oldest' })));
  expect(ids.map(({ id }) => id)).toEqual(['a', 'c', 'e']);
});

test('S3: no two commits can bear one epoch', async () => {
  await using place = await databaseIn('group');
  await using store = await openDriver(sqliteRecords({ path: place.path }));
  await store.write(run('a'));
  const meta = { epoch: 1, at: 0, durability: 'process-crash' } as const;
  const prepared = await store.driver.prepare([{ ops: [run('b')] }], meta);
  await expect(prepared.commit({})).rejects.toMatchObject({ code: 'CONSTRAINT' });
  expect((await store.driver.refresh()).epoch).toBe(1);
  expect(await store.read((view) => view.get('execution', 'b'))).toBeUndefined();
  await store.write(run('b'));
});

test('S1, S11: whatever fails at a crash point, the group is there whole or not at all, and the driver works on', async () => {
  await using place = await databaseIn('group');
  await using store = await openDriver(sqliteRecords({ path: place.path }));
  const points = sqliteCrashPoints.filter((point) => /begin|replay|ops|commit/.test(point));
  for (const point of points) {
    const before = (await store.driver.refresh()).epoch;
    {
      using armed = crashAt(point, { mode: 'throw', declared: sqliteCrashPoints });
      await expect(store.group({ batches: [{ ops: [run(point)] }, { ops: [orphan] }] })).rejects.toThrowError(
        point,
      );
      expect(armed.fired).toBe(true);
    }
    const isCommitted = point === 'sqlite:commit.after';
    expect((await store.driver.refresh()).epoch).toBe(before + (isCommitted ? 1 : 0));
    expect((await store.read((view) => view.get('execution', point))) !== undefined).toBe(isCommitted);
    await store.write(run(`after ${point}`));
  }
});

test('S2: a power-loss commit waits for the device, the next ordinary one does not, and sync makes up for it', async () => {
  await using place = await databaseIn('group');
  await using store = await openDriver(sqliteRecords({ path: place.path }));
  const synced = (): unknown =>
    withSqlite(place.path, (db) =>
      db.prepare("SELECT value FROM stepwell_meta WHERE key = 'synced'").pluck().get(),
    );
  await store.group({ batches: [{ ops: [run('a')] }], durability: 'power-loss' });
  await store.group({ batches: [{ ops: [run('b')] }], durability: 'process-crash' });
  await store.driver.sync();
  expect(synced()).toBe('2');
  const meta = { epoch: 3, at: 0, durability: 'process-crash' } as const;
  const prepared = await store.driver.prepare([{ ops: [run('c')] }], meta);
  // Asked for while a group is open, it waits for that group.
  const waiting = store.driver.sync();
  await prepared.commit({});
  await waiting;
  expect(synced()).toBe('3');
});

test('SF-03: a foreign program that holds the database is waited for without blocking, then BUSY', async () => {
  await using place = await databaseIn('group');
  await using store = await openDriver(sqliteRecords({ path: place.path, busyWait: 40 }));
  await withSqliteHeld(place.path, async (letGo) => {
    await expect(store.write(run('a'))).rejects.toMatchObject({ code: 'BUSY', retryable: true });
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
      if (turns === 3) letGo();
    }, 1);
    try {
      await store.write(run('a'));
    } finally {
      clearInterval(timer);
    }
    expect(turns).toBeGreaterThanOrEqual(3);
  });
});

async function withSqliteHeld(path: string, use: (letGo: () => void) => Promise<void>): Promise<void> {
  const { default: Database } = await import('better-sqlite3');
  const other = new Database(path);
  other.exec('BEGIN IMMEDIATE');
  try {
    await use(() => other.exec('ROLLBACK'));
  } finally {
    other.close();
  }
}
