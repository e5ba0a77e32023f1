import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes `directory` and those that are missing above it, from the top down; answers the first that it made, `undefined`
 * when all were there. In place of `mkdir` with `recursive`, which in Node 20 never returns where `mkdir` answers ENOENT
 * although the parent is there: in `/proc`, for one.
 *
 * @throws what Node throws (`code: 'EACCES'`, `'ENOENT'`, …)
 */
export function makeDirectory(directory: string): string | undefined {
  const path = resolve(directory);
  if (isDirectory(path)) return undefined;
  const parent = dirname(path);
  const first = parent === path ? undefined : makeDirectory(parent);
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process was faster.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' && isDirectory(path)) return first;
    throw error;
  }
  return first ?? path;
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
