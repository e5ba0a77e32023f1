import * as fs from 'node:fs';
import { promisify } from 'node:util';
import { makeDirectory } from '@stepwell/core';
import type { Descriptor, FileIdentity, FileSystem } from './file-system.ts';

const fdatasync = promisify(fs.fdatasync);
const fsync = promisify(fs.fsync);

const flags = { read: 'r', write: 'r+', create: 'wx+' } as const;

/** The disk of this machine. */
export const nodeFileSystem: FileSystem = {
  open: (path, mode) => fs.openSync(path, flags[mode], 0o644),
  close: (file) => fs.closeSync(file),
  pread: (file, buffer, offset, length, position) => fs.readSync(file, buffer, offset, length, position),
  pwrite: (file, buffer, offset, length, position) => fs.writeSync(file, buffer, offset, length, position),
  ftruncate: (file, size) => fs.ftruncateSync(file, size),
  size: (file) => fs.fstatSync(file).size,
  identify,
  // Contents and size are all that recovery reads; waiting for the times of the file as well would cost a journal write.
  fsync: (file) => fdatasync(file),
  fsyncDirectory: syncDirectory,
  rename: (from, to) => fs.renameSync(from, to),
  unlink: (path) => fs.unlinkSync(path),
  readdir: (path) => fs.readdirSync(path),
  mkdir: (path) => {
    makeDirectory(path);
  },
};

function identify(file: Descriptor | string): FileIdentity | undefined {
  const stats = typeof file === 'string' ? fs.statSync(file, { throwIfNoEntry: false }) : fs.fstatSync(file);
  return stats && { inode: stats.ino, device: stats.dev, size: stats.size };
}

async function syncDirectory(path: string): Promise<void> {
  // Windows has no handle on a directory to sync; its file systems journal names by themselves.
  if (process.platform === 'win32') return;
  const directory = fs.openSync(path, 'r');
  try {
    await fsync(directory);
  } finally {
    fs.closeSync(directory);
  }
}
