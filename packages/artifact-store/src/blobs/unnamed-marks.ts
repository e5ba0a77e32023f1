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
  const marked = await markedSince(layout, blob, at);
  if (marked !== undefined) return marked;
  const path = join(layout.unnamed, blob.hash);
  await makeDirectory(layout.unnamed);
  await writeFile(path, '');
  await utimes(path, at / 1000, at / 1000);
  return at;
}

/** The same without marking anything: `undefined` for a blob that has no mark yet. */
export async function markedSince(
  layout: Layout,
  { hash, storedAt }: StoredBlob,
  at: number,
): Promise<number | undefined> {
  const marked = await timeOf(join(layout.unnamed, hash));
  return marked !== undefined && marked > storedAt && marked <= at ? marked : undefined;
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
