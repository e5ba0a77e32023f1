import { type BigIntStats, statSync } from 'node:fs';
import { fromSystemError } from '@stepwell/core';

/** Which file a path leads to. The birth time tells apart two files that got the same inode number one after the other. */
export interface FileIdentity {
  readonly device: bigint;
  readonly inode: bigint;
  readonly bornAt: bigint;
}

/** The file at `path` now, or undefined where there is none. Opens nothing. */
export function identify(path: string): FileIdentity | undefined {
  let stats: BigIntStats | undefined;
  try {
    stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch (error) {
    throw fromSystemError(error, `cannot look at the lock file ${path}`, { reading: true });
  }
  return stats === undefined ? undefined : { device: stats.dev, inode: stats.ino, bornAt: stats.birthtimeNs };
}

/** Whether both are one file. */
export function isSameFile(a: FileIdentity, b: FileIdentity | undefined): boolean {
  return a.inode === b?.inode && a.device === b.device && a.bornAt === b.bornAt;
}
