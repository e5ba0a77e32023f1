import { makeWorkspace } from '@stepwell/testkit';
import Database from 'better-sqlite3';
import { afterEach, expect, test, vi } from 'vitest';
import { openWriter } from './open-connection.ts';
import { retryBusy } from './retry-busy.ts';

const patience = { wait: 5_000, doing: 'could not write', path: '/x.db' };
const busy = (): Error => Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY' });

/** Refuses `times` times. */
function refuses(times: number, refusal: () => Error = busy) {
  return vi.fn(() => {
    if (times === 0) return 'done';
    times -= 1;
    throw refusal();
  });
}

/** The pauses that were made, in milliseconds. */
function watchPauses(): () => number[] {
  const spy = vi.spyOn(globalThis, 'setTimeout');
  return () => spy.mock.calls.map(([, pause]) => Number(pause));
}

afterEach(() => void vi.restoreAllMocks());

test('what is not busy is done in the caller’s turn, and makes no timer', async () => {
  const pauses = watchPauses();
  const attempt = refuses(0);
  const done = retryBusy(attempt, patience);
  expect(attempt).toHaveBeenCalledTimes(1);
  expect(await done).toBe('done');
  expect(pauses()).toEqual([]);
});

test('SF-41: BUSY is tried again, with pauses that double to a bound and that chance stretches', async () => {
  for (const [chance, expected] of [
    [0, [1, 2, 4, 8, 16, 32, 50, 50]],
    [0.5, [2, 3, 6, 12, 24, 48, 50, 50]],
  ] as const) {
    vi.spyOn(Math, 'random').mockReturnValue(chance);
    const pauses = watchPauses();
    const attempt = refuses(8);
    expect(await retryBusy(attempt, patience)).toBe('done');
    expect(attempt).toHaveBeenCalledTimes(9);
    expect(pauses()).toEqual(expected);
    vi.restoreAllMocks();
  }
});

test('S11: BUSY that does not pass is told after `wait`, with what SQLite said; 0 does not wait at all', async () => {
  const attempt = refuses(Number.POSITIVE_INFINITY);
  await expect(retryBusy(attempt, { ...patience, wait: 20 })).rejects.toMatchObject({
    code: 'BUSY',
    retryable: true,
    message: expect.stringContaining('could not write'),
    cause: { code: 'SQLITE_BUSY' },
  });
  expect(attempt.mock.calls.length).toBeGreaterThan(2);
  const impatient = refuses(Number.POSITIVE_INFINITY);
  await expect(retryBusy(impatient, { ...patience, wait: 0 })).rejects.toMatchObject({ code: 'BUSY' });
  expect(impatient).toHaveBeenCalledTimes(1);
});

test('S11: whatever else goes wrong is told at once, typed, also when it comes after BUSY', async () => {
  const full = (): Error => Object.assign(new Error('full'), { code: 'SQLITE_FULL' });
  const first = refuses(1, full);
  await expect(retryBusy(first, patience)).rejects.toMatchObject({
    code: 'NO_SPACE',
    cause: { code: 'SQLITE_FULL' },
  });
  const errors = [busy(), busy(), full()];
  const later = refuses(3, () => errors.shift() ?? busy());
  await expect(retryBusy(later, patience)).rejects.toMatchObject({ code: 'NO_SPACE' });
  expect([first, later].map((attempt) => attempt.mock.calls.length)).toEqual([1, 3]);
});

test('S6: while SQLite’s own lock is waited for, the event loop runs: who holds it can let go', async () => {
  await using workspace = await makeWorkspace('busy');
  const path = workspace.within('a.db');
  const connection = openWriter(path, { cacheKiB: 1_000 });
  const other = new Database(path);
  other.exec('BEGIN IMMEDIATE');
  setImmediate(() => other.exec('COMMIT'));
  await retryBusy(() => connection.begin(), { ...patience, path });
  expect(connection.inTransaction).toBe(true);
  connection.close();
  other.close();
});
