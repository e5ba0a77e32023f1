import { readdir } from 'node:fs/promises';
import { hasErrno } from './has-errno.ts';

/** What is in a directory, in order; nothing when it is not there, or is a file. */
export async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return (await readdir(directory)).sort();
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
}
