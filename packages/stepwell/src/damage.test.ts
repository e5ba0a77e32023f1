import { cpSync, existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeWorkspace, type Workspace } from '@stepwell/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { appendLines, open, openReadOnly, repairStore, toArray } from './index.ts';

/*
 * What people do to the files of a store: nothing that is there may be cut for it, and nothing that is gone be written
 * down as lost, unless the machine was booted in between.
 */

let workspace: Workspace;
let store: string;
beforeEach(async () => {
  workspace = await makeWorkspace('damage');
  store = workspace.within('store');
});
afterEach(async () => {
  await workspace[Symbol.asyncDispose]();
});

/** Commits lines `from` to `to`, each by itself. */
async function write(directory: string, from: number, to: number): Promise<void> {
  await using stepwell = await open(directory);
  for (let i = from; i <= to; i += 1) await stepwell.store.write([appendLines('log', [`line ${i}`])]);
}

/** Answers the end of the log after each of `count` commits. */
async function writeAndMeasure(count: number): Promise<number[]> {
  const ends: number[] = [];
  for (let i = 1; i <= count; i += 1) {
    await write(store, i, i);
    ends.push(readFileSync(segmentOf(store)).length);
  }
  return ends;
}

function segmentOf(directory: string): string {
  return join(directory, 'logs', '00000001.seg');
}

/** Where the frame behind the one at `offset` begins. */
function secondFrame(offset: number): number {
  return readFileSync(segmentOf(store)).indexOf('SWFR', offset + 4);
}

function logsOf(directory: string): Map<string, string> {
  const logs = join(directory, 'logs');
  return new Map(readdirSync(logs).map((name) => [name, readFileSync(join(logs, name)).toString('hex')]));
}

async function expectCorrupt(
  details: object,
  modes: readonly (typeof open | typeof openReadOnly)[] = [open],
) {
  const before = existsSync(join(store, 'logs')) ? logsOf(store) : undefined;
  for (const opened of [...modes, ...modes]) {
    await expect(opened(store)).rejects.toMatchObject({ code: 'CORRUPT', details });
    expect(existsSync(join(store, 'logs')) ? logsOf(store) : undefined, 'nothing was written').toEqual(
      before,
    );
  }
}

describe('S1: records that are not those of the logs are CORRUPT, and the logs are left alone', () => {
  test.each(['removed', 'emptied'])('F9: records.db was %s', async (how) => {
    await write(store, 1, 10);
    if (how === 'removed') rmSync(join(store, 'records.db'));
    else truncateSync(join(store, 'records.db'));
    await expectCorrupt({ file: join(store, 'records.db') }, [open, openReadOnly]);
  });

  test('F10: an older copy of records.db was put back', async () => {
    await write(store, 1, 5);
    cpSync(join(store, 'records.db'), workspace.within('copy.db'));
    const offset = readFileSync(segmentOf(store)).length;
    await write(store, 6, 10);
    const newer = workspace.within('newer.db');
    cpSync(join(store, 'records.db'), newer);
    cpSync(workspace.within('copy.db'), join(store, 'records.db'));
    await expectCorrupt({ file: segmentOf(store), offset: secondFrame(offset) });

    cpSync(newer, join(store, 'records.db'));
    await using again = await open(store);
    await again.store.withSnapshot(async ({ view }) => {
      expect(await toArray(view.logs.lines('log'))).toHaveLength(10);
    });
  });
});

describe('S2: logs that are not those of the records are CORRUPT, and nothing is called lost', () => {
  test('F11: the logs of another store were put in place', async () => {
    await write(store, 1, 3);
    const other = workspace.within('other');
    await write(other, 1, 3);
    rmSync(join(store, 'logs'), { recursive: true });
    cpSync(join(other, 'logs'), join(store, 'logs'), { recursive: true });
    await expectCorrupt({ file: join(store, 'logs', 'MANIFEST') }, [open, openReadOnly]);
  });

  test('F11: an older copy of the logs was put back', async () => {
    await write(store, 1, 3);
    cpSync(join(store, 'logs'), workspace.within('copy'), { recursive: true });
    const offset = readFileSync(segmentOf(store)).length;
    await write(store, 4, 6);
    cpSync(workspace.within('copy'), join(store, 'logs'), { recursive: true });
    await expectCorrupt({ file: segmentOf(store), offset }, [open, openReadOnly]);
  });

  test('F11: the log was cut between two frames', async () => {
    const [, end = 0] = await writeAndMeasure(3);
    truncateSync(segmentOf(store), end);
    await expectCorrupt({ file: segmentOf(store), offset: end }, [open, openReadOnly]);
  });

  test('F11: the logs were deleted', async () => {
    await write(store, 1, 3);
    rmSync(join(store, 'logs'), { recursive: true });
    await expectCorrupt({ directory: join(store, 'logs') }, [open, openReadOnly]);
    expect(existsSync(join(store, 'logs'))).toBe(false);
  });

  test('F12: the manifest was deleted', async () => {
    await write(store, 1, 3);
    rmSync(join(store, 'logs', 'MANIFEST'));
    await expectCorrupt({ directory: join(store, 'logs') }, [open, openReadOnly]);
  });
});

// Node's own recursive mkdir never comes back from there.
test.skipIf(!existsSync('/proc/self'))('F8: a store that cannot be made is an error', async () => {
  await expect(open('/proc/stepwell')).rejects.toMatchObject({ name: 'StoreError' });
});

describe('SD-72: repairStore', () => {
  test('keeps the lines around the damage, and says which are lost', async () => {
    await write(store, 1, 5);
    const bytes = readFileSync(segmentOf(store));
    const second = secondFrame(64);
    bytes[second + 70] = (bytes[second + 70] ?? 0) ^ 1;
    writeFileSync(segmentOf(store), bytes);
    await expectCorrupt({ offset: second });
    const before = logsOf(store);
    expect((await repairStore(store, { dryRun: true })).performed).toBe(false);
    expect(logsOf(store)).toEqual(before);
    const { performed, problems } = await repairStore(store);
    expect(performed).toBe(true);
    expect(problems.map(({ message }) => message)).toContain('lines 2 to 2 of "log" are lost');
    expect(readFileSync(join(store, 'logs', 'damaged', '00000001.seg'))).toEqual(bytes);
    expect(await repairStore(store)).toMatchObject({ performed: false, problems: [] });
    await using stepwell = await open(store);
    await stepwell.store.write([appendLines('log', ['line 6'])]);
    await stepwell.store.withSnapshot(async ({ view }) => {
      const lines = await toArray(view.logs.lines('log'));
      expect(lines.map(({ number, text }) => `${number}:${text}`)).toEqual(
        [1, 3, 4, 5, 6].map((number) => `${number}:line ${number}`),
      );
      expect((await view.logs.info('log'))?.lost).toEqual([{ from: 2, to: 2 }]);
    });
    expect((await stepwell.store.maintenance.verify()).problems).toEqual([]);
  });

  test('tells what the records know, where all logs are gone', async () => {
    await write(store, 1, 3);
    rmSync(segmentOf(store));
    rmSync(join(store, 'logs', 'MANIFEST'));
    expect((await repairStore(store)).performed).toBe(true);
    await using stepwell = await open(store);
    await stepwell.store.withSnapshot(async ({ view }) => {
      expect(await view.logs.info('log')).toMatchObject({ lines: 3, lost: [{ from: 1, to: 3 }] });
    });
  });

  test('is refused while somebody writes, and where there is no store', async () => {
    await expect(repairStore(store)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await using _ = await open(store);
    await expect(repairStore(store)).rejects.toMatchObject({ code: 'LOCKED' });
  });
});
