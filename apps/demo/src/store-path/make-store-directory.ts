import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fromSystemError, makeDirectory } from '@stepwell/core';
import { storeDirectoryName } from './resolve-store-path.ts';

/**
 * Makes the directory of a store where there is none. A new `.stepwell` gets a `.gitignore`, since records of runs
 * belong to a machine and not into a repository. Answers whether it was made now.
 * @throws `READ_ONLY NO_SPACE IO`
 */
export async function makeStoreDirectory(path: string): Promise<boolean> {
  try {
    if (makeDirectory(path) === undefined) return false;
    if (basename(path) === storeDirectoryName) await writeFile(join(path, '.gitignore'), '*\n');
    return true;
  } catch (error) {
    throw fromSystemError(error, `no store can be made in ${path}`);
  }
}
