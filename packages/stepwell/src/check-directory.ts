import { resolve } from 'node:path';
import { StoreError } from '@stepwell/core';

/** The absolute path of a store's directory. @throws `INVALID_ARGUMENT` */
export function checkDirectory(directory: string): string {
  if (typeof directory !== 'string' || directory.length === 0 || directory.includes('\0')) {
    throw new StoreError('INVALID_ARGUMENT', 'the directory of a store must be a path');
  }
  return resolve(directory);
}
