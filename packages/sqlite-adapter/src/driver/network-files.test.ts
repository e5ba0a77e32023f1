import fs, { existsSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { openStore } from '@stepwell/core';
import { expect, onTestFinished, test } from 'vitest';
import { databaseIn } from '../fixtures/open-driver.ts';
import { recordModel } from '../records/record-model.ts';
import { sqliteRecords } from '../sqlite-records.ts';
import { openForReading, openForWriting } from './open-database.ts';

test('S5, S11: a store on a network file system is refused before it is opened; its owner can answer for it', async () => {
  await using place = await databaseIn('network');
  const { path } = place;
  const { applicationId, migrations } = recordModel;
  const asked: string[] = [];
  const options = {
    ...{
      path,
      applicationId,
      migrations,
      pragmas: { cacheKiB: 1_000 },
      busyWait: 0,
      networkFiles: false,
      create: true,
    },
    fileSystemType: (directory: string) => {
      asked.push(directory);
      return 0x6969;
    },
  };
  await expect(openForWriting(options)).rejects.toMatchObject({
    code: 'NOT_SUPPORTED',
    message: expect.stringMatching(/NFS.*networkFiles/),
    details: { fileSystem: 'NFS' },
  });
  // Nothing is there yet, and nothing was made.
  await expect(openForReading(options)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  (await openForWriting({ ...options, networkFiles: true })).close();
  await expect(openForReading(options)).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
  (await openForReading({ ...options, networkFiles: true })).close();
  expect(asked).toEqual([place.workspace.path, place.workspace.path]);
});

/** The system says of every directory that it is on NFS. */
function moveToNfs(): void {
  const { statfsSync } = fs;
  const pretend = (call: typeof statfsSync): void => {
    fs.statfsSync = call;
    syncBuiltinESMExports();
  };
  pretend(((path: string) => ({ ...statfsSync(path), type: 0x6969 })) as typeof statfsSync);
  onTestFinished(() => pretend(statfsSync));
}

test.runIf(process.platform === 'linux')(
  'S5, S11: nor is a lock file made there; one answer for database and locks is enough',
  async () => {
    await using place = await databaseIn('network');
    moveToNfs();
    const path = place.workspace.within('new', 'records.db');
    for (const writer of ['exclusive', 'shared'] as const) {
      await expect(openStore(sqliteRecords({ path }), { writer })).rejects.toMatchObject({
        code: 'NOT_SUPPORTED',
        details: { fileSystem: 'NFS' },
      });
    }
    expect(existsSync(place.workspace.within('new'))).toBe(false);
    await using store = await openStore(sqliteRecords({ path, networkFiles: true }));
    await store.write([]);
  },
);

test('whoever answers for the files says so with true, and nothing else', async () => {
  await using place = await databaseIn('network');
  await using store = await openStore(sqliteRecords({ path: place.path, networkFiles: true }));
  expect(store.name).toBe('sqlite');
  const invalid: unknown = expect.objectContaining({ code: 'INVALID_ARGUMENT' });
  expect(() => sqliteRecords({ path: place.path, networkFiles: 1 as never })).toThrowError(invalid);
});
