import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { StoreError } from '../errors/store-error.ts';

/*
 * File systems whose files live on another host, by the magic number that Linux gives for them in `statfs`. The numbers
 * are of the manual page statfs(2) and of the kernel's <linux/magic.h>; those that stand in neither are of the header of
 * the file system itself.
 *
 * FUSE (0x65735546) is not among them: it does not tell sshfs from a local disk of another format.
 */
const networkFileSystems: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xfe534d42, 'SMB2'],
  [0xff534d42, 'CIFS'],
  [0x564c, 'NCP'],
  [0x01021997, '9p'],
  [0x5346414f, 'AFS'],
  [0x6b414653, 'AFS'],
  [0x73757245, 'Coda'],
  [0x00c36400, 'Ceph'],
  // <lustre/lustre_idl.h>, LL_SUPER_MAGIC
  [0x0bd00bd0, 'Lustre'],
  // GPFS, GPFS_SUPER_MAGIC; several hosts share one disk with these three.
  [0x47504653, 'GPFS'],
  [0x01161970, 'GFS2'],
  [0x7461636f, 'OCFS2'],
]);

/** The type of the file system that holds `directory`, as the system numbers it; `undefined` where that says nothing. */
export type FileSystemLookup = (directory: string) => number | undefined;

/**
 * Opens no descriptor. A directory that is not there yet will be on the file system of the one above it. Only Linux
 * numbers file systems by what they are.
 */
export const fileSystemType: FileSystemLookup = (directory) => {
  if (process.platform !== 'linux') return undefined;
  try {
    // Where a C `long` has 32 bits, the larger of the numbers come out negative.
    return statfsSync(directory).type >>> 0;
  } catch (error) {
    const above = dirname(directory);
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT' && above !== directory;
    // Whatever else is wrong with the directory, whoever uses it says it better.
    return isMissing ? fileSystemType(above) : undefined;
  }
};

/**
 * Locks are the kernel's, and SQLite's write-ahead log is shared memory between processes: both hold on one host only.
 * On a network file system a second host would write beside the first, and neither would notice.
 *
 * `lookup` stands in for the system's own answer.
 *
 * @throws `NOT_SUPPORTED`, naming the file system
 *
 * @example
 * ```ts
 * import { assertLocalFiles } from '@stepwell/core';
 *
 * assertLocalFiles('.stepwell'); // may not be there yet
 * ```
 */
export function assertLocalFiles(directory: string, lookup: FileSystemLookup = fileSystemType): void {
  const type = lookup(directory);
  const name = type === undefined ? undefined : networkFileSystems.get(type);
  if (name === undefined) return;
  throw new StoreError(
    'NOT_SUPPORTED',
    `${directory} is on a network file system (${name}), where neither locks nor SQLite's write-ahead log hold ` +
      'between hosts: use a local disk; or, if no other host ever opens it, say so with networkFiles: true',
    { details: { path: directory, fileSystem: name, type } },
  );
}
