import { readdirSync, readFileSync } from 'node:fs';
import { openStore } from '@stepwell/core';
import { sqliteRecords } from '@stepwell/sqlite-adapter';
import { expect, test } from 'vitest';
import { canRun } from '../fixtures/can-run.ts';
import { checkAfterFaults, writeThroughFaults } from '../fixtures/faults.ts';
import { databaseIn } from '../fixtures/open-driver.ts';

/** Whether system calls of a child can be made to fail here. */
const canInject = canRun('strace', '-qq', '-e', 'trace=none', 'true');

// The calls that fail, the first of them, and every how many-th after that.
test.skipIf(!canInject).each([
  { calls: 'fsync,fdatasync', first: 1, step: 3, count: 6 },
  { calls: 'fsync,fdatasync', first: 2, step: 4, count: 6 },
  { calls: 'pwrite64', first: 1, step: 7, count: 12 },
  { calls: 'ftruncate', first: 1, step: 2, count: 12 },
])(
  'S1, S2, S11: $calls fails ($first, then every $step): acknowledged is present, refused is not, and a failed sync poisons',
  async ({ calls, first, step, count }) => {
    await using place = await databaseIn('io');
    const { path, workspace } = place;
    // The schema is there already, so that all that fails belongs to a commit or a checkpoint.
    await (await openStore(sqliteRecords({ path })))[Symbol.asyncDispose]();
    const trace = workspace.within('trace');
    const files = ['', '-wal', '-journal'].flatMap((suffix) => ['-P', path + suffix]);
    const inject = `inject=${calls}:error=EIO:when=${first}+${step}`;
    const run = await writeThroughFaults({
      path,
      count,
      bytes: 100,
      under: ['strace', '-f', '-qq', '-o', trace, '-e', `trace=${calls}`, '-e', inject, ...files],
    });
    const injected = readFileSync(trace, 'utf8').split('INJECTED').length - 1;
    expect(injected).toBeGreaterThan(1);
    const isSync = calls !== 'pwrite64' && calls !== 'ftruncate';
    const writes = run.refused.filter(({ what }) => /^\d+$/.test(what));
    // Each error is named for what it is; only what a sync was to make sure of is unknown.
    for (const { code } of writes) expect(code).toBe(isSync ? 'POISONED' : 'IO');
    expect(run.reopened).toBe(isSync ? writes.length : 0);
    // The end of the log that cannot be cut off costs no commit.
    if (calls === 'ftruncate') expect(writes).toEqual([]);
    else expect(writes.length).toBeGreaterThan(0);
    await checkAfterFaults(path, run);
  },
);

test.skipIf(!canInject)(
  'S2: a checkpoint that cannot be synced poisons those who write: what the log lost nobody could tell',
  async () => {
    await using place = await databaseIn('io');
    const { path, workspace } = place;
    await (await openStore(sqliteRecords({ path })))[Symbol.asyncDispose]();
    // Of the database itself, which only checkpoints write; once.
    const inject = 'inject=fsync,fdatasync:error=EIO:when=1';
    const under = ['strace', '-f', '-qq', '-o', workspace.within('trace')];
    under.push('-e', 'trace=fsync,fdatasync', '-e', inject, '-P', path);
    const run = await writeThroughFaults({ path, count: 8, bytes: 100, under });
    const writes = run.refused.filter(({ what }) => /^\d+$/.test(what));
    expect(writes.map(({ code }) => code)).toEqual(['POISONED']);
    expect([run.stored.length, run.reopened]).toEqual([7, 1]);
    await checkAfterFaults(path, run);
  },
);

test.skipIf(!canInject)(
  'S11: a backup that cannot be synced is IO, and not there; the store has nothing to do with it',
  async () => {
    await using place = await databaseIn('io');
    const { path, workspace } = place;
    const inject = 'inject=fsync,fdatasync:error=EIO:when=1+1';
    const under = [
      'strace',
      '-f',
      '-qq',
      '-o',
      workspace.within('trace'),
      '-e',
      'trace=fsync,fdatasync',
      '-e',
      inject,
    ];
    for (const suffix of ['', '-wal', '-journal']) under.push('-P', `${path}.copy.partial${suffix}`);
    const run = await writeThroughFaults({ path, count: 5, bytes: 100, under });
    expect(run.refused.map(({ what, code }) => [what, code])).toEqual([['backup', 'IO']]);
    expect(run.stored).toHaveLength(5);
    expect(readdirSync(workspace.path).filter((name) => name.includes('copy'))).toEqual([]);
    await checkAfterFaults(path, run);
  },
);
