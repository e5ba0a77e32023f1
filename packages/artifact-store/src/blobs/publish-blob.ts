import { rename, rm } from 'node:fs/promises';
import { crashPoint } from '../crash-points.ts';
import type { Draft } from '../drafts/write-draft.ts';
import { makeDirectory, syncDirectory } from '../files/durable-directory.ts';
import { hasErrno } from '../files/has-errno.ts';
import { blobPath, type Layout, shardPath } from '../layout.ts';
import { isSound } from './read-blob.ts';

/**
 * Puts a synced draft at its content address (SD-43). It replaces whatever is there: the same bytes, or a damaged blob,
 * which is mended so without being read, and whose age starts anew, which keeps it from being collected.
 *
 * Call it under the shared `blobs` lock.
 */
export async function publishBlob(layout: Layout, draft: Draft): Promise<void> {
  const path = blobPath(layout, draft.hash);
  const shard = shardPath(layout, draft.hash);
  await makeDirectory(shard);
  try {
    await rename(draft.path, path);
  } catch (error) {
    // Windows replaces no file that somebody has open. What is there will do, if it is sound.
    if (!hasErrno(error, 'EPERM', 'EACCES', 'EBUSY', 'EEXIST') || !(await isSound(path, draft.hash)))
      throw error;
    await rm(draft.path);
  }
  crashPoint('artifact:published');
  // Also when another process renamed it: its own sync may not have happened yet.
  await syncDirectory(shard);
  crashPoint('artifact:published.synced');
}
