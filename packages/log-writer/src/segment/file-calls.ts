import { fromSystemError } from '@stepwell/core';
import type { Descriptor, FileSystem } from '../file-system/file-system.ts';
import { corrupt } from './corrupt.ts';

/** Calls, and what the system throws leaves typed (S11), with the file that its calls by descriptor do not tell. */
export function attempt<Result>(what: string, path: string, call: () => Result, reading = false): Result {
  try {
    return call();
  } catch (error) {
    throw fromSystemError(error, `${what} ${path}`, { reading, path });
  }
}

/** Fills `buffer` from `position` of the file on; answers how many bytes there were. */
export function readFully(
  fs: FileSystem,
  path: string,
  file: Descriptor,
  buffer: Buffer,
  position: number,
): number {
  return attempt(
    'cannot read',
    path,
    () => {
      let filled = 0;
      while (filled < buffer.length) {
        const count = fs.pread(file, buffer, filled, buffer.length - filled, position + filled);
        if (count === 0) break;
        filled += count;
      }
      return filled;
    },
    true,
  );
}

/** Writes all of `bytes`, or throws; then any part of them may be there. */
export function writeFully(
  fs: FileSystem,
  what: string,
  path: string,
  file: Descriptor,
  bytes: Uint8Array,
  position: number,
): void {
  attempt(what, path, () => {
    let written = 0;
    while (written < bytes.length) {
      // After a short write the next one says what the trouble is.
      const count = fs.pwrite(file, bytes, written, bytes.length - written, position + written);
      if (count === 0) throw new Error('the disk takes no more bytes and does not say why');
      written += count;
    }
  });
}

/** @throws `CORRUPT` when it is not there: a manifest named it */
export function openExisting(fs: FileSystem, path: string, mode: 'read' | 'write'): Descriptor {
  try {
    return fs.open(path, mode);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw corrupt(path, 0, 'the manifest names this segment, and it is not there', error);
    }
    throw fromSystemError(error, `cannot open ${path}`, { reading: mode === 'read' });
  }
}
