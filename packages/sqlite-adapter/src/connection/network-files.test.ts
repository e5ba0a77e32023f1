import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { openStore } from '@stepwell/core';
import { expect, test } from 'vitest';
import { openForReading, openForWriting } from '../driver/open-database.ts';
import { databaseIn } from '../fixtures/open-driver.ts';
import { recordModel } from '../records/record-model.ts';
import { sqliteRecords } from '../sqlite-records.ts';
import { assertLocalFiles, fileSystemType } from './network-files.ts';

// The number that Linux gives for each; ext4, tmpfs, overlayfs, btrfs, XFS, ZFS and FUSE are taken for local.
const network = [0x6969, 0x517b, 0xfe534d42, 0xff534d42, 0x01021997, 0x5346414f, 0x00c36400, 0x0bd00bd0];
const local = [0xef53, 0x01021994, 0x794c7630, 0x9123683e, 0x58465342, 0x2fc12fc1, 0x65735546, undefined];

test('S11: a network file system is NOT_SUPPORTED, by name; any other is taken', () => {
  for (const type of network) {
    expect(() => assertLocalFiles('/x', () => type)).toThrowError(
      expect.objectContaining({ code: 'NOT_SUPPORTED', details: expect.objectContaining({ type }) }),
    );
  }
  for (const type of local) assertLocalFiles('/x', () => type);
});

test('the system’s own number is asked for, without its sign; where it has none to give, nothing is refused', () => {
  if (process.platform === 'linux') expect(fileSystemType(tmpdir())).toBe(statfsSync(tmpdir()).type >>> 0);
  else expect(fileSystemType(tmpdir())).toBeUndefined();
  expect(fileSystemType('/no/such/directory')).toBeUndefined();
});

test('S5, S11: a store on a network file system is refused before it is opened; its owner can answer for it', async () => {
  await using place = await databaseIn('network');
  const { path } = place;
  const { applicationId, migrations } = recordModel;
  const asked: string[] = [];
  const options = {
    ...{ path, applicationId, migrations, pragmas: { cacheKiB: 1_000 }, busyWait: 0, networkFiles: false },
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

test('whoever answers for the files says so with true, and nothing else', async () => {
  await using place = await databaseIn('network');
  await using store = await openStore(sqliteRecords({ path: place.path, networkFiles: true }));
  expect(store.name).toBe('sqlite');
  const invalid: unknown = expect.objectContaining({ code: 'INVALID_ARGUMENT' });
  expect(() => sqliteRecords({ path: place.path, networkFiles: 1 as never })).toThrowError(invalid);
});
