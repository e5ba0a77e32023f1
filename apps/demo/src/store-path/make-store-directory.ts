import { mkdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fromSystemError } from '@stepwell/core';
import { storeDirectoryName } from './resolve-store-path.ts';

/**
 * Makes the directory of a store where there is none. A new `.stepwell` gets a `.gitignore`, since records of runs
 * belong to a machine and not into a repository. Answers whether it was made now.
 * @throws `READ_ONLY NO_SPACE IO`
 */
export async function makeStoreDirectory(path: string): Promise<boolean> {
  try {
    if (!(await makeDirectories(path))) return false;
    if (basename(path) === storeDirectoryName) await writeFile(join(path, '.gitignore'), '*\n');
    return true;
  } catch (error) {
    throw fromSystemError(error, `no store can be made in ${path}`);
  }
}

/**
 * Makes a directory and what is missing above it. Answers whether it was made now. Not left to Node, whose `recursive`
 * never ends where a directory cannot be made in one that is there, as in `/proc`.
 */
async function makeDirectories(path: string): Promise<boolean> {
  try {
    return await makeOne(path);
  } catch (error) {
    const parent = dirname(path);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || parent === path) throw error;
    await makeDirectories(parent);
    // Once more, whoever made what was missing; when nothing was, the answer stays the same.
    return await makeOne(path);
  }
}

async function makeOne(path: string): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    // Some systems refuse a directory that is there for another reason first, e.g. that nothing can be made beside it.
    if ((await stat(path).catch(() => undefined))?.isDirectory() === true) return false;
    throw error;
  }
}
