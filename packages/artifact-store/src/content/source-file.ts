import { constants } from 'node:fs';
import { open, realpath, stat } from 'node:fs/promises';
import { isAbsolute, relative, sep } from 'node:path';
import { fromSystemError, StoreError } from '@stepwell/core';
import { hasErrno } from '../files/has-errno.ts';
import { readChunks } from '../files/read-chunks.ts';

/** A file that may be taken: where it really is, after all symbolic links, and how large it is now. */
export interface SourceFile {
  readonly path: string;
  readonly size: number;
}

/**
 * Looks at a file before anything is written for it.
 * @throws `NOT_FOUND`; `INVALID_ARGUMENT` when it is no regular file (a pipe or a device might never end) or lies outside `within`
 */
export async function findSourceFile(path: string, within?: readonly string[]): Promise<SourceFile> {
  try {
    const real = await realpath(path);
    const stats = await stat(real);
    if (!stats.isFile()) throw notRegular(path, stats.isDirectory());
    if (within !== undefined && !(await isWithin(real, within))) {
      throw new StoreError(
        'INVALID_ARGUMENT',
        `${path} lies outside the directories that files may be taken from`,
        {
          details: { path, real, within },
        },
      );
    }
    return { path: real, size: stats.size };
  } catch (error) {
    throw sourceError(error, path);
  }
}

/** The bytes of a file that {@link findSourceFile} found. */
export async function* sourceFileChunks(file: SourceFile): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    // What stands there may have changed since: a link put in its place is not followed, a pipe does not block.
    const handle = await open(file.path, constants.O_RDONLY | noFollow | noBlock);
    try {
      if (!(await handle.stat()).isFile()) throw notRegular(file.path, false);
      yield* readChunks(handle);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw sourceError(error, file.path);
  }
}

// Windows has neither flag.
const noFollow = constants.O_NOFOLLOW ?? 0;
const noBlock = constants.O_NONBLOCK ?? 0;

async function isWithin(real: string, roots: readonly string[]): Promise<boolean> {
  for (const root of roots) {
    const way = relative(await realOrSame(root), real);
    if (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)) return true;
  }
  return false;
}

/** A root that does not exist holds nothing; its path as it is matches nothing that was resolved. */
async function realOrSame(root: string): Promise<string> {
  try {
    return await realpath(root);
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR')) return root;
    throw error;
  }
}

function notRegular(path: string, isDirectory: boolean): StoreError {
  const what = isDirectory ? 'is a directory' : 'is not a regular file';
  return new StoreError('INVALID_ARGUMENT', `${path} ${what}`, { details: { path } });
}

function sourceError(error: unknown, path: string): StoreError {
  if (hasErrno(error, 'ENOENT', 'ENOTDIR')) {
    return new StoreError('NOT_FOUND', `there is no file ${path}`, { cause: error, details: { path } });
  }
  if (hasErrno(error, 'ERR_INVALID_ARG_VALUE')) {
    return new StoreError('INVALID_ARGUMENT', `${JSON.stringify(path)} is not a path`, {
      cause: error,
      details: { path },
    });
  }
  return fromSystemError(error, `cannot read ${path}`, { reading: true });
}
