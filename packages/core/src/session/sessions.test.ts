import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { LockProvider } from '../contract/lock.ts';
import { StoreError } from '../errors/store-error.ts';
import { codeOf } from '../fixtures/code-of.ts';
import { ScriptedDisk, ScriptedDriver } from '../fixtures/scripted-driver.ts';
import { type MemoryLockTable, memoryLocks } from '../locks/memory-locks.ts';
import { openReader } from '../store/open-reader.ts';
import { openStore } from '../store/open-store.ts';
import { sessionLockName } from './session.ts';
import { OwnSession } from './sessions.ts';

test('S7: a session lives from the first asking to the close, and is never used again', async () => {
  const disk = new ScriptedDisk();
  const store = await openStore(new ScriptedDriver({}, disk), { writer: 'shared', purpose: 'recording' });
  expect([...disk.locks.keys()]).toEqual([]);
  const [session, again] = await Promise.all([store.session(), store.session()]);
  expect(again.id).toBe(session.id);
  expect(disk.locks.get(sessionLockName(session.id))).toMatchObject({
    exclusive: true,
    holder: { purpose: 'recording' },
  });

  const reader = await openReader(new ScriptedDriver({}, disk));
  expect(await reader.withSnapshot((snapshot) => snapshot.isLive(session.id))).toBe(true);
  await store.close();
  expect(await reader.withSnapshot((snapshot) => snapshot.isLive(session.id))).toBe(false);
  await reader.close();

  const next = await openStore(new ScriptedDriver({}, disk));
  expect((await next.session()).id).not.toBe(session.id);
  await next.close();
  expect(disk.locks.size).toBe(0);
});

test('S7: whether a session lives is asked once per snapshot', async () => {
  const asked: string[] = [];
  let answer: () => Promise<boolean> = async () => true;
  const driver = new ScriptedDriver();
  driver.locks.isHeld = (name) => {
    asked.push(name);
    return answer();
  };
  const store = await openStore(driver);
  const snapshot = await store.snapshot();
  expect(await Promise.all([snapshot.isLive('a'), snapshot.isLive('a'), snapshot.isLive('b')])).toEqual([
    true,
    true,
    true,
  ]);
  answer = async () => false;
  expect(await snapshot.isLive('a')).toBe(true);
  expect(await snapshot.isLive(null)).toBe(false);
  expect(asked).toEqual(['session-a', 'session-b']);

  const next = await store.snapshot();
  answer = async () => {
    throw new StoreError('BUSY', 'ask again');
  };
  expect(await codeOf(next.isLive('a'))).toBe('BUSY');
  answer = async () => false;
  expect(await next.isLive('a')).toBe(false);
  await store.close();
});

test('S7: a session that could not begin is tried anew, and none is left behind', async () => {
  const locks = memoryLocks();
  const failures = [new StoreError('NO_SPACE', 'full'), new StoreError('NO_SPACE', 'full')];
  const flaky: LockProvider = {
    ...locks,
    acquire: async (name, request) => {
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      return await locks.acquire(name, request);
    },
  };
  const own = new OwnSession(flaky, 'test');
  // The first two share one failing attempt.
  const outcomes = [codeOf(own.get()), codeOf(own.get())];
  expect(await Promise.all(outcomes)).toEqual(['NO_SPACE', 'NO_SPACE']);
  expect(await codeOf(own.get())).toBe('NO_SPACE');
  const { id } = await own.get();
  expect(await locks.list('session-')).toEqual([sessionLockName(id)]);
  await own.end();
  expect(await locks.list('session-')).toEqual([]);
});

test('S7: a session begins although somebody who tidies up looks at its lock in that moment', async () => {
  const table: MemoryLockTable = new Map();
  const [locks, tidier] = [memoryLocks(table), memoryLocks(table)];
  let look: Promise<void> | undefined;
  const watched: LockProvider = {
    ...locks,
    acquire: async (name, request) => {
      const looking = await tidier.acquire(name, { mode: 'exclusive' });
      look = nextTurn().then(() => looking.release());
      return await locks.acquire(name, request);
    },
  };
  const own = new OwnSession(watched, 'test');
  const { id } = await own.get();
  await look;
  expect(await locks.isHeld(sessionLockName(id))).toBe(true);
  await own.end();
});

test('S7: ending a session that never began is nothing', async () => {
  await new OwnSession(memoryLocks(), 'test').end();
});
