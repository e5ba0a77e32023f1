import { join, resolve } from 'node:path';
import {
  checkOptions,
  filePath,
  having,
  type LockProvider,
  type OptionShape,
  oneOf,
  StoreError,
  text,
  wholeFrom,
} from '@stepwell/core';
import { fileLocks } from '@stepwell/file-lock';
import type { FileSystem } from '../file-system/file-system.ts';
import { nodeFileSystem } from '../file-system/node-file-system.ts';
import type { Compression } from '../format/sealed-codec.ts';

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
   * How lines are compressed once their segment is complete. `brotli` (the default) is smaller than `deflate` at the same
   * speed. Can be changed at any time: each block says what it is compressed with.
   */
  readonly compression?: Compression;
  /**
   * Who seals complete segments, merges sealed ones, and deletes what these replace. `background` (the default): whoever has
   * the logs open for writing, in a thread of its own, slowly. `manual`: nobody, until `maintenance.compact()` is called.
   */
  readonly maintenance?: 'background' | 'manual';
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
  readonly compression: Compression;
  readonly maintenance: 'background' | 'manual';
  readonly locks: LockProvider;
  readonly fileSystem: FileSystem;
  readonly boot: string | undefined;
}

const minSegmentBytes = 4 * 1024;
const defaultSegmentBytes = 64 * 1024 * 1024;

/** What each option may be. */
export const fileLogsOptionShape: OptionShape<FileLogsOptions> = {
  directory: filePath,
  segmentBytes: wholeFrom(minSegmentBytes),
  compression: oneOf('brotli', 'deflate', 'none'),
  maintenance: oneOf('background', 'manual'),
  locks: having<LockProvider>('acquire', 'isHeld', 'close'),
  fileSystem: having<FileSystem>('open'),
  boot: text,
};

/** @throws `INVALID_ARGUMENT` */
export function resolveFileLogsOptions(options: FileLogsOptions): FileLogsSettings {
  const given = checkOptions<FileLogsOptions>(options, fileLogsOptionShape);
  if (given.directory === undefined) throw new StoreError('INVALID_ARGUMENT', 'logs need a directory');
  // The working directory may change later.
  const directory = resolve(given.directory);
  return {
    directory,
    segmentBytes: given.segmentBytes ?? defaultSegmentBytes,
    compression: given.compression ?? 'brotli',
    maintenance: given.maintenance ?? 'background',
    locks: given.locks ?? fileLocks(join(directory, 'locks')),
    fileSystem: given.fileSystem ?? nodeFileSystem,
    boot: given.boot,
  };
}
