import { putExecution, putStep } from '@stepwell/core';
import { expect, test } from 'vitest';
import { databaseIn, openDriver } from '../fixtures/open-driver.ts';
import { withSqlite } from '../fixtures/sqlite.ts';
import { sqliteRecords } from '../index.ts';

test('SF-29: in any SQLite shell runs and run_steps read like a table of what happened', async () => {
  await using place = await databaseIn('views');
  await using store = await openDriver(sqliteRecords({ path: place.path }));
  const at = Date.UTC(2026, 0, 2, 3, 4, 5);
  const run = { name: 'nightly', command: 'make all', createdAt: at, totalSteps: 2 };
  const step = { executionId: 'run-1', createdAt: at };
  await store.write(
    putExecution({ ...run, id: 'run-1', status: 'running', startedAt: at + 10, completedSteps: 1 }),
    putExecution({ ...run, id: 'run-2', createdAt: at + 60_000 }),
    putStep({ ...step, id: 's-2', index: 1, name: 'test', status: 'running', startedAt: at + 2_000 }),
    putStep({
      ...step,
      id: 's-1',
      index: 0,
      name: 'compile',
      status: 'failed',
      exitCode: 2,
      errorMessage: 'no such file',
      startedAt: at + 10,
      completedAt: at + 1_999,
    }),
  );
  // Times are those of the reader's clock: of the shell, not of the program that wrote them.
  const local = (milliseconds: number): string => {
    const time = new Date(milliseconds - new Date(milliseconds).getTimezoneOffset() * 60_000);
    return time.toISOString().slice(0, 19).replace('T', ' ');
  };
  withSqlite(place.path, (shell) => {
    const common = {
      name: 'nightly',
      command: 'make all',
      exit_code: null,
      seconds: null,
      error_message: null,
    };
    expect(shell.prepare('SELECT * FROM runs').all()).toEqual([
      { ...common, id: 'run-2', status: 'pending', started: local(at + 60_000), steps: '0/2' },
      { ...common, id: 'run-1', status: 'running', started: local(at + 10), steps: '1/2' },
    ]);
    expect(
      shell.prepare('SELECT run, step, name, status, started, seconds FROM run_steps').raw().all(),
    ).toEqual([
      ['run-1', 0, 'compile', 'failed', local(at + 10), 1.989],
      ['run-1', 1, 'test', 'running', local(at + 2_000), null],
    ]);
    expect(
      shell.prepare(`SELECT exit_code, error_message, id FROM run_steps WHERE status = 'failed'`).get(),
    ).toEqual({
      exit_code: 2,
      error_message: 'no such file',
      id: 's-1',
    });
  });
});
