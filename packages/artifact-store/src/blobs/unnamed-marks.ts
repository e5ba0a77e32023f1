import { rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredBlob } from '../artifact-store.ts';
import { makeDirectory } from '../files/durable-directory.ts';
import { hasErrno } from '../files/has-errno.ts';
import { namesIn } from '../files/names-in.ts';
import { isHash, type Layout } from '../layout.ts';
import { statBlob } from './list-blobs.ts';

/**
 * Since when a blob has been without a name, in milliseconds since the Unix epoch: the time of its mark, an empty file.
 * A blob that has none yet, or was put again since, is marked as unnamed since `at`. A mark that is lost in a crash only
 * makes its blob wait longer.
 */
export async function unnamedSince(layout: Layout, blob: StoredBlob, at: number): Promise<number> {
  const path = join(layout.unnamed, blob.hash);
  const marked = await timeOf(path);
  if (marked !== undefined && marked > blob.storedAt && marked <= at) return marked;
  await makeDirectory(layout.unnamed);
  await writeFile(path, '');
  await utimes(path, at / 1000, at / 1000);
  return at;
}

/** Deletes the marks of what has a name again, and of what is gone. */
export async function forgetMarks(layout: Layout, named: ReadonlySet<string>): Promise<void> {
  for (const hash of await namesIn(layout.unnamed)) {
    if (!isHash(hash)) continue;
    if (named.has(hash) || (await statBlob(layout, hash)) === undefined)
      await rm(join(layout.unnamed, hash), { force: true });
  }
}

async function timeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}
