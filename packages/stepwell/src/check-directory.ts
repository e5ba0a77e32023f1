import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { filePath, fromSystemError, StoreError } from '@stepwell/core';
import { realPath } from './real-path.ts';

/** The absolute path of a store's directory, which may not be there yet. @throws `INVALID_ARGUMENT NOT_FOUND IO` */
export function checkDirectory(directory: string): string {
  filePath(directory, 'directory');
  try {
    const path = resolve(directory);
    if (realPath(path) === undefined || statSync(path).isDirectory()) return path;
    throw new StoreError('INVALID_ARGUMENT', `${path} is a file; a store is a directory`, {
      details: { path },
    });
  } catch (error) {
    // Above it is a file, it is too long, it may not be looked at, or the working directory is gone.
    throw fromSystemError(error, `there can be no store in ${directory}`, { reading: true });
  }
}
