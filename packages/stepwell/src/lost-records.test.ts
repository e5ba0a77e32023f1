import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { makeWorkspace, type Workspace } from '@stepwell/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { appendLines, open, openReadOnly, putExecution, toArray } from './index.ts';
import { layoutOf } from './layout.ts';
import { refuseLostRecords } from './lost-records.ts';

let workspace: Workspace;
let store: string;
let records: string;
beforeEach(async () => {
  workspace = await makeWorkspace('lost');
  store = workspace.within('store');
  records = join(store, 'records.db');
});
afterEach(async () => {
  await workspace[Symbol.asyncDispose]();
});

async function writeLine(): Promise<void> {
  await using stepwell = await open(store);
  await stepwell.store.write([appendLines('log', ['kept'])]);
}

describe('S7: lines without the records that vouch for them', () => {
  test.each([
    ['deleted', () => rmSync(records)],
    ['emptied', () => truncateSync(records)],
    ['renamed', () => renameSync(records, `${records}.bak`)],
  ])('records.db was %s: CORRUPT, nothing is made, and putting it back cures it', async (_, lose) => {
    await writeLine();
    const copy = workspace.within('copy.db');
    copyFileSync(records, copy);
    lose();
    const left = readdirSync(store, { recursive: true }).sort();
    for (const opening of [open, openReadOnly, open]) {
      await expect(opening(store)).rejects.toMatchObject({ code: 'CORRUPT', details: { file: records } });
      expect(readdirSync(store, { recursive: true }).sort()).toEqual(left);
    }
    copyFileSync(copy, records);
    await using again = await open(store, { writer: 'shared' });
    await again.store.withSnapshot(async ({ view }) => {
      expect((await toArray(view.logs.lines('log'))).map(({ text }) => text)).toEqual(['kept']);
    });
  });

  test('the lines are of a writer that died: CORRUPT as well', async () => {
    const stepwell = await open(store);
    await stepwell.store.write([appendLines('log', ['kept'])]);
    const dead = workspace.within('dead');
    // What the disk holds while the writer lives is what it would hold, had it died.
    cpSync(store, dead, { recursive: true });
    await stepwell.close();
    rmSync(join(dead, 'records.db'));
    await expect(open(dead)).rejects.toMatchObject({ code: 'CORRUPT' });
    expect(existsSync(join(dead, 'records.db'))).toBe(false);
    expect(existsSync(join(dead, 'records.db-wal'))).toBe(true);
  });
});

test('S7: a write-ahead log without its records is CORRUPT, since SQLite would delete it', async () => {
  const stepwell = await open(store);
  await stepwell.store.write([putExecution({ id: 'a', name: 'a', createdAt: 1 })]);
  const wal = workspace.within('wal');
  copyFileSync(`${records}-wal`, wal);
  await stepwell.close();
  rmSync(records);
  copyFileSync(wal, `${records}-wal`);
  await expect(open(store)).rejects.toMatchObject({ code: 'CORRUPT', details: { file: records } });
  await expect(openReadOnly(store)).rejects.toMatchObject({ code: 'CORRUPT' });
  expect(existsSync(`${records}-wal`)).toBe(true);
});

test('S6: before it is made there is just no store; a reader makes none, a writer does', async () => {
  const notFound = { code: 'NOT_FOUND', details: { path: store }, message: `there is no store in ${store}` };
  await expect(openReadOnly(store)).rejects.toMatchObject(notFound);
  expect(existsSync(store)).toBe(false);
  mkdirSync(store);
  writeFileSync(records, '');
  await expect(openReadOnly(store)).rejects.toMatchObject(notFound);
  await (await open(store)).close();
  await (await openReadOnly(store)).close();
});

test('S7: a store without a line has logs too, and they name the records that they belong to', async () => {
  await (await open(store)).close();
  rmSync(records);
  await expect(open(store)).rejects.toMatchObject({ code: 'CORRUPT', details: { file: records } });
  await expect(openReadOnly(store)).rejects.toMatchObject({ code: 'CORRUPT' });
  expect(existsSync(records)).toBe(false);
  rmSync(join(store, 'logs'), { recursive: true });
  await (await open(store)).close();
});

test.each<[string, (logs: string) => void]>([
  ['writes their manifest', (logs) => renameSync(join(logs, 'MANIFEST'), join(logs, 'MANIFEST.tmp'))],
  ['has made their first segment', (logs) => rmSync(join(logs, 'MANIFEST'))],
  ['comes to the logs', (logs) => rmSync(logs, { recursive: true })],
])(
  'S6: while somebody makes a store and %s there is no store yet, and nothing is damaged',
  async (_, undo) => {
    await (await open(store)).close();
    undo(join(store, 'logs'));
    await expect(openReadOnly(store)).rejects.toMatchObject({ code: 'NOT_FOUND', details: { path: store } });
    // Should it have died there, the next one goes on.
    await (await open(store)).close();
    await (await openReadOnly(store)).close();
  },
);

test('S7: without the manifest, a file that is longer than the header of a segment holds lines', async () => {
  const layout = layoutOf(store);
  mkdirSync(layout.logs, { recursive: true });
  writeFileSync(join(layout.logs, '00000009.seg'), 'x'.repeat(64));
  expect(() => refuseLostRecords(layout)).not.toThrow();
  writeFileSync(join(layout.logs, '00000010.anything'), 'x'.repeat(65));
  expect(() => refuseLostRecords(layout)).toThrow(expect.objectContaining({ code: 'CORRUPT' }));
});
