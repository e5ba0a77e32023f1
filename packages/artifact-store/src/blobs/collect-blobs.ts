import { rm } from 'node:fs/promises';
import type { StoredBlob } from '../artifact-store.ts';
import { checkSignal } from '../check-signal.ts';
import { crashPoint } from '../crash-points.ts';
import { blobPath, type Layout } from '../layout.ts';
import type { BlobLock } from './blob-lock.ts';
import { scanShards, statBlob } from './list-blobs.ts';

/** What a collection deletes. */
export interface Garbage {
  /** Hashes that stay. */
  readonly keep: ReadonlySet<string>;
  /** Blobs that were put at this time or later stay; milliseconds since the Unix epoch. */
  readonly before: number;
}

/**
 * Deletes what nobody names. The lock is held for one directory at a time, and only where there is something to delete,
 * so that a put never waits for the whole; a blob that was put again meanwhile is young, and stays.
 *
 * @returns how many there were, and their bytes
 */
export async function collectBlobs(
  layout: Layout,
  { keep, before }: Garbage,
  lock: BlobLock,
  signal: AbortSignal | undefined,
): Promise<{ readonly count: number; readonly bytes: number }> {
  const isGarbage = (blob: StoredBlob | undefined): blob is StoredBlob =>
    blob !== undefined && blob.storedAt < before && !keep.has(blob.hash);

  let count = 0;
  let bytes = 0;
  for await (const { blobs } of scanShards(layout)) {
    const candidates = blobs.filter(isGarbage);
    if (candidates.length === 0) continue;
    checkSignal(signal);
    await using _lock = await lock('exclusive', signal);
    for (const { hash } of candidates) {
      const blob = await statBlob(layout, hash);
      if (!isGarbage(blob)) continue;
      await rm(blobPath(layout, hash), { force: true });
      crashPoint('artifact:blob.deleted');
      count += 1;
      bytes += blob.size;
    }
  }
  return { count, bytes };
}
