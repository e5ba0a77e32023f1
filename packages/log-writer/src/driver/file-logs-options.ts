import { isAbsolute, join, resolve } from 'node:path';
import { type LockProvider, StoreError } from '@stepwell/core';
import { fileLocks } from '@stepwell/file-lock';
import type { FileSystem } from '../file-system/file-system.ts';
import { nodeFileSystem } from '../file-system/node-file-system.ts';

/** Where logs are kept, and how. */
export interface FileLogsOptions {
  /** The directory that holds the segments and their manifest, and nothing else. Made by the first open for writing. */
  readonly directory: string;
  /**
   * Size in bytes from which a new segment is begun; one commit that is larger is kept whole all the same. Can be
   * changed at any time. From 4 KiB; default 64 MiB: few files, and one that recovery reads in a moment.
   */
  readonly segmentBytes?: number;
  /**
   * Who may write. Default: {@link fileLocks} in `<directory>/locks`, which brings better-sqlite3. Under `combine` the
   * records' locks are used.
   */
  readonly locks?: LockProvider;
  /** The disk. For tests. Default: that of this machine. */
  readonly fileSystem?: FileSystem;
  /** Names the run of the machine: see `bootId` of core. For tests of what a power cut leaves. */
  readonly boot?: string;
}

export interface FileLogsSettings {
  readonly directory: string;
  readonly segmentBytes: number;
  readonly locks: LockProvider;
  readonly fileSystem: FileSystem;
  readonly boot: string | undefined;
}

const minSegmentBytes = 4 * 1024;
const defaultSegmentBytes = 64 * 1024 * 1024;

/** @throws `INVALID_ARGUMENT` */
export function resolveFileLogsOptions(options: FileLogsOptions): FileLogsSettings {
  const { directory, segmentBytes = defaultSegmentBytes } = options;
  if (typeof directory !== 'string' || directory === '') {
    throw new StoreError('INVALID_ARGUMENT', 'logs need a directory');
  }
  if (!Number.isSafeInteger(segmentBytes) || segmentBytes < minSegmentBytes) {
    throw new StoreError(
      'INVALID_ARGUMENT',
      `segmentBytes must be an integer of at least ${minSegmentBytes}`,
    );
  }
  // The working directory may change later.
  const absolute = isAbsolute(directory) ? directory : resolve(directory);
  return {
    directory: absolute,
    segmentBytes,
    locks: options.locks ?? fileLocks(join(absolute, 'locks')),
    fileSystem: options.fileSystem ?? nodeFileSystem,
    boot: options.boot,
  };
}
