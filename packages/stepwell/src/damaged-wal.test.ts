import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeWorkspace } from '@stepwell/testkit';
import { expect, test } from 'vitest';
import { runProgram } from './fixtures/run-program.ts';
import { open } from './index.ts';

/** Commits fifty lines, each by itself, and dies: all of its records are in the write-ahead log. */
const dying = `
  import { appendLines, open } from 'stepwell';
  const { store } = await open(process.argv[1]);
  for (let n = 0; n < 50; n += 1) await store.write([appendLines('log', ['line ' + n])]);
  process.kill(process.pid, 'SIGKILL');`;

const change = (file: string, at: number, bytes: number): void => {
  const content = readFileSync(file);
  content.fill(0xa5, at, at + bytes);
  writeFileSync(file, content);
};

test.each<[string, (wal: string) => void]>([
  ['cut in half', (wal) => truncateSync(wal, readFileSync(wal).length >> 1)],
  ['changed in the middle', (wal) => change(wal, readFileSync(wal).length >> 1, 1)],
  ['without its header', (wal) => change(wal, 0, 32)],
  ['emptied', (wal) => truncateSync(wal, 0)],
  ['deleted', (wal) => rmSync(wal)],
])(
  'S7: a write-ahead log that was %s is CORRUPT for who opens it to write, and everything stays as it was',
  async (_, damage) => {
    await using workspace = await makeWorkspace('damaged-wal');
    const store = workspace.within('store');
    await runProgram(dying, [store]);
    const records = join(store, 'records.db');
    const wal = `${records}-wal`;
    cpSync(store, workspace.within('copy'), { recursive: true });
    damage(wal);
    const read = (file: string): Buffer | undefined => {
      try {
        return readFileSync(file);
      } catch {
        return undefined;
      }
    };
    // Of a log that was deleted, an empty one may be left.
    const bytes = (): unknown => ({ records: read(records), wal: read(wal)?.length ?? 0 });
    const before = bytes();
    for (let round = 0; round < 2; round += 1) {
      await expect(open(store)).rejects.toMatchObject({ code: 'CORRUPT' });
      expect(bytes()).toEqual(before);
    }
    cpSync(join(workspace.within('copy'), 'records.db-wal'), wal);
    rmSync(`${records}-shm`, { force: true });
    await using again = await open(store);
    await again.store.withSnapshot(async ({ view, epoch }) => {
      expect([epoch, (await view.logs.info('log'))?.lines]).toEqual([50, 50]);
    });
  },
);
