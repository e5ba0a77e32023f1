import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { openReader, openStore, putExecution } from '@stepwell/core';
import { sqliteRecords } from '@stepwell/sqlite-adapter';
import { expect, test } from 'vitest';
import { readOpen } from '../fixtures/left-behind.ts';
import { databaseIn } from '../fixtures/open-driver.ts';

const run = (id: string) => putExecution({ id, name: id, createdAt: 0 });
const isWindows = process.platform === 'win32';

interface Loss {
  readonly what: string;
  readonly file: '' | '-wal';
  readonly happen: (path: string) => void;
}

const losses: readonly Loss[] = [
  { what: 'the database was deleted', file: '', happen: (path) => rmSync(path) },
  { what: 'the database was moved', file: '', happen: (path) => renameSync(path, `${path}.old`) },
  {
    what: 'its directory was moved',
    file: '',
    happen: (path) => renameSync(dirname(path), `${dirname(path)}.old`),
  },
  { what: 'the log was deleted', file: '-wal', happen: (path) => rmSync(`${path}-wal`) },
];

// POSIX lets a file that is open be taken away; Windows does not.
test.skipIf(isWindows).each(losses)(
  'S2, SF-43: $what while it was open: nothing more is acknowledged',
  async ({ file, happen }) => {
    await using place = await databaseIn('moved');
    const path = place.workspace.within('store', 'records.db');
    const store = await openStore(sqliteRecords({ path }));
    await store.write([run('before')]);
    happen(path);
    for (const durability of ['process-crash', 'power-loss'] as const) {
      const writing = store.write([run(durability)], { durability });
      await expect(writing).rejects.toMatchObject({ code: 'POISONED', retryable: false });
    }
    await expect(store.sync()).rejects.toMatchObject({ code: 'POISONED' });
    if (file === '') {
      await expect(store.maintenance.verify()).rejects.toMatchObject({ code: 'POISONED' });
      await expect(store.maintenance.checkpoint()).rejects.toMatchObject({ code: 'POISONED' });
      await expect(store.snapshot()).rejects.toMatchObject({ code: 'POISONED' });
    }
    await expect(store.close()).rejects.toMatchObject({ code: 'POISONED' });
    // Nobody has made another one in its place.
    expect(existsSync(path + file)).toBe(false);
  },
);

test.skipIf(isWindows)(
  'S2, SF-43: another store was put in its place: it is left as it is, and neither written, read nor maintained',
  async () => {
    await using place = await databaseIn('moved');
    const { path } = place;
    const other = place.workspace.within('other.db');
    const [first, second] = [
      await openStore(sqliteRecords({ path })),
      await openStore(sqliteRecords({ path: other })),
    ];
    await second.write([run('theirs')]);
    await second.close();
    await first.write([run('ours')]);
    await using reader = await openReader(sqliteRecords({ path }));
    const before = readFileSync(other);
    renameSync(other, path);
    await expect(first.write([run('lost')])).rejects.toMatchObject({
      code: 'POISONED',
      message: expect.stringContaining(path),
      details: { path },
    });
    await expect(first.snapshot()).rejects.toMatchObject({ code: 'POISONED' });
    await expect(reader.snapshot()).rejects.toMatchObject({ code: 'POISONED' });
    await expect(first.maintenance.backup(`${path}.copy`)).rejects.toMatchObject({ code: 'POISONED' });
    await first.close().catch(() => {});
    await reader.close();
    expect(readFileSync(path).equals(before)).toBe(true);
  },
);

test.skipIf(isWindows)(
  'S11: a log without its database is refused by whoever opens it, and kept: it holds commits',
  async () => {
    await using place = await databaseIn('moved');
    const { path } = place;
    const store = await openStore(sqliteRecords({ path }));
    await store.write([run('a')]);
    // As a process leaves it that is killed.
    const files = ['', '-wal'].map((suffix) => [suffix, readOpen(path + suffix)] as const);
    await store.close();
    for (const [suffix, bytes] of files) writeFileSync(path + suffix, bytes);
    const log = readFileSync(`${path}-wal`);
    for (const takeAway of [() => writeFileSync(path, ''), () => rmSync(path)]) {
      takeAway();
      for (const opening of [openStore(sqliteRecords({ path })), openReader(sqliteRecords({ path }))]) {
        await expect(opening).rejects.toMatchObject({
          code: 'CORRUPT',
          message: expect.stringMatching(/put the database back/),
        });
      }
      expect(readFileSync(`${path}-wal`).equals(log)).toBe(true);
    }
    // The cure.
    for (const [suffix, bytes] of files) writeFileSync(path + suffix, bytes);
    await using cured = await openReader(sqliteRecords({ path }));
    expect(await cured.withSnapshot(({ view }) => view.count('execution', {}))).toBe(1);
  },
);
