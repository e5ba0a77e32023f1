import { mkdirSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { canRun } from '../fixtures/can-run.ts';
import { checkAfterFaults, type FaultyRun, writeThroughFaults } from '../fixtures/faults.ts';
import { databaseIn } from '../fixtures/open-driver.ts';

const canLimit = canRun('prlimit', '--fsize=1000000', 'true');
const canMount = canRun('unshare', '-Urm', 'mount', '-t', 'tmpfs', 'none', '/mnt');

/** Every refusal is the want of space, and there were some, of writes. */
function expectFull({ refused, reopened, output }: FaultyRun): void {
  expect(refused.filter(({ what }) => /^\d+$/.test(what)).length, output).toBeGreaterThan(0);
  for (const { what, code, message } of refused) expect(`${what} ${code}`, message).toBe(`${what} NO_SPACE`);
  expect(reopened).toBe(0);
}

test.skipIf(!canLimit)(
  'SF-42: a limit on the size of files is NO_SPACE, as it is for logs; no commit is lost, and the store works afterwards',
  async () => {
    await using place = await databaseIn('full');
    const { path, workspace } = place;
    const run = await writeThroughFaults({
      path,
      count: 60,
      bytes: 30_000,
      under: ['prlimit', '--fsize=1000000'],
    });
    expectFull(run);
    // A commit, a checkpoint and a backup meet it alike.
    expect(run.refused.map(({ what }) => what)).toContain('checkpoint');
    expect(run.refused.map(({ what }) => what)).toContain('backup');
    expect(readdirSync(workspace.path).filter((name) => /partial|probe/.test(name))).toEqual([]);
    await checkAfterFaults(path, run);
  },
);

test.skipIf(!canLimit)('SF-42: a store that has no room to begin with is NO_SPACE', async () => {
  await using place = await databaseIn('full');
  const run = await writeThroughFaults({
    path: place.path,
    count: 1,
    bytes: 10,
    under: ['prlimit', '--fsize=100000'],
  });
  expect(run.stored).toEqual([]);
  expect(new Set(run.refused.map(({ what, code }) => `${what} ${code}`))).toEqual(new Set(['open NO_SPACE']));
  await checkAfterFaults(place.path, run);
});

test.skipIf(!canMount)(
  'SF-42: a disk that is full is NO_SPACE at write, checkpoint and backup; what was acknowledged is there',
  async () => {
    await using place = await databaseIn('full');
    const { workspace } = place;
    const [disk, rescued] = [workspace.within('disk'), workspace.within('rescued')];
    for (const directory of [disk, rescued]) mkdirSync(directory);
    // The disk is gone with the process that mounted it: its files are carried out as they are.
    const carry = `mount -t tmpfs -o size=2m none ${disk} && "$@"; cp -r ${disk}/. ${rescued}`;
    const run = await writeThroughFaults({
      path: `${disk}/records.db`,
      count: 60,
      bytes: 30_000,
      under: ['unshare', '-Urm', 'sh', '-c', carry, 'sh'],
    });
    expectFull(run);
    expect(run.refused.map(({ what }) => what)).toContain('backup');
    expect(run.stored.length).toBeGreaterThan(5);
    expect(readdirSync(rescued).filter((name) => /partial|probe/.test(name))).toEqual([]);
    await checkAfterFaults(`${rescued}/records.db`, run);
  },
);

test.skipIf(!canMount).each([2, 4, 5, 6])(
  'SF-42: a disk without room for another file is NO_SPACE, whichever file it is (%i are allowed)',
  async (files) => {
    await using place = await databaseIn('full');
    const disk = place.workspace.within('disk');
    mkdirSync(disk);
    const mounted = `mount -t tmpfs -o nr_inodes=${files} none ${disk} && "$@"`;
    const run = await writeThroughFaults({
      path: `${disk}/records.db`,
      count: 1,
      bytes: 10,
      under: ['unshare', '-Urm', 'sh', '-c', mounted, 'sh'],
    });
    expect(run.stored).toEqual([]);
    for (const { what, code } of run.refused) expect([what, code]).toEqual(['open', 'NO_SPACE']);
  },
);
