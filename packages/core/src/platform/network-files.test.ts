import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
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

test.runIf(process.platform === 'linux')(
  'the system’s own number is asked for, without its sign; of what is not there yet, that of the directory above',
  () => {
    const type = statfsSync(tmpdir()).type >>> 0;
    expect(fileSystemType(tmpdir())).toBe(type);
    expect(fileSystemType(join(tmpdir(), 'no', 'such', 'directory'))).toBe(type);
    expect(fileSystemType('/proc/no/such')).toBe(statfsSync('/proc').type >>> 0);
  },
);

test('where the system has no number to give, nothing is refused', () => {
  if (process.platform !== 'linux') expect(fileSystemType(tmpdir())).toBeUndefined();
  // Above it is a file.
  expect(fileSystemType(join(process.execPath, 'below'))).toBeUndefined();
});
