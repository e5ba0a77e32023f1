import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fromSystemError, uuidv7 } from '@stepwell/core';
import { sizeOf } from '../connection/database-files.ts';

/** As much as a small commit adds. */
const probe = Buffer.alloc(64 * 1024);

/**
 * Whether there is no space for the database at `path` to grow. SQLite tells a full disk by a code of its own, but not
 * a quota that is used up, a limit on the size of files, or a disk that is too full for another file: these it calls I/O
 * errors, and keeps the system's reason to itself. So what it tried is tried again, in a file that nobody knows, as far
 * out as the database or its log reaches, or as it was to reach.
 */
export function isOutOfSpace(path: string, reach: number): boolean {
  const offset = Math.max(reach, ...[path, `${path}-wal`].map((file) => sizeOf(file) ?? 0));
  const file = join(dirname(path), `.stepwell-${uuidv7()}.probe`);
  try {
    const descriptor = openSync(file, 'wx');
    try {
      // Nameless from here on: it is gone however this ends.
      rmSync(file);
      writeAt(descriptor, offset);
    } finally {
      closeSync(descriptor);
    }
    return false;
  } catch (error) {
    return fromSystemError(error, 'no space').code === 'NO_SPACE';
  }
}

/** A write that meets a limit comes back short, and only the next one says why. */
function writeAt(descriptor: number, offset: number): void {
  for (let written = 0; written < probe.length; ) {
    written += writeSync(descriptor, probe, written, probe.length - written, offset + written);
  }
}
