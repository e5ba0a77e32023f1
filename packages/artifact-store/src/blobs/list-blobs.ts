import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredBlob } from '../artifact-store.ts';
import { hasErrno } from '../files/has-errno.ts';
import { namesIn } from '../files/names-in.ts';
import { blobPath, isHash, type Layout } from '../layout.ts';

/** One directory of blobs, and what else lies there. */
export interface Shard {
  readonly blobs: readonly StoredBlob[];
  /** Paths of what is no blob: not ours to touch. */
  readonly foreign: readonly string[];
}

/** Every blob, by hash, one directory of 256 at a time (S10). */
export async function* scanShards(layout: Layout): AsyncGenerator<Shard, void, undefined> {
  for (const shard of await namesIn(layout.blobs)) yield await scanShard(layout, shard);
}

/** The blob of this hash as its file says; undefined when there is none. */
export async function statBlob(layout: Layout, hash: string): Promise<StoredBlob | undefined> {
  try {
    const stats = await lstat(blobPath(layout, hash));
    return stats.isFile() ? { hash, size: stats.size, storedAt: Math.trunc(stats.mtimeMs) } : undefined;
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

async function scanShard(layout: Layout, shard: string): Promise<Shard> {
  const blobs: StoredBlob[] = [];
  const foreign: string[] = [];
  for (const name of await namesIn(join(layout.blobs, shard))) {
    const hash = shard + name;
    const blob = isHash(hash) && shard.length === 2 ? await statBlob(layout, hash) : undefined;
    if (blob !== undefined) blobs.push(blob);
    else if (!isHash(hash)) foreign.push(join(layout.blobs, shard, name));
  }
  return { blobs, foreign };
}
