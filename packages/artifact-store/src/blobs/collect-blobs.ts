import { rm } from 'node:fs/promises';
import type { StoredBlob } from '../artifact-store.ts';
import { checkSignal } from '../check-signal.ts';
import { crashPoint } from '../crash-points.ts';
import { blobPath, type Layout } from '../layout.ts';
import type { BlobLock } from './blob-lock.ts';
import { scanShards, statBlob } from './list-blobs.ts';
import { forgetMarks, markedSince, unnamedSince } from './unnamed-marks.ts';

/** What a collection deletes. */
export interface Garbage {
  /** Hashes that stay. */
  readonly keep: ReadonlySet<string>;
  /** Blobs that were put at this time or later stay; milliseconds since the Unix epoch. */
  readonly before: number;
  /** When `keep` was complete; milliseconds since the Unix epoch. */
  readonly at: number;
  /** How long a blob must have been without a name, in milliseconds. */
  readonly unnamedFor: number;
  /** Only counts what would be deleted. */
  readonly dryRun: boolean;
}

/** What became of it. */
export interface Collected {
  readonly count: number;
  readonly bytes: number;
  /** Blobs that have not been without a name for long enough. */
  readonly waiting: number;
}

/**
 * Deletes what nobody names. The lock is held for one directory at a time, and only where there is something to delete,
 * so that a put never waits for the whole; a blob that was put again meanwhile is young, and stays.
 */
export async function collectBlobs(
  layout: Layout,
  { keep, before, at, unnamedFor, dryRun }: Garbage,
  lock: BlobLock,
  signal: AbortSignal | undefined,
): Promise<Collected> {
  const isGarbage = (blob: StoredBlob | undefined): blob is StoredBlob =>
    blob !== undefined && blob.storedAt < before && !keep.has(blob.hash);
  const since = async (blob: StoredBlob): Promise<number> =>
    dryRun ? ((await markedSince(layout, blob, at)) ?? at) : await unnamedSince(layout, blob, at);

  let count = 0;
  let bytes = 0;
  let waiting = 0;
  for await (const { blobs } of scanShards(layout)) {
    const candidates: StoredBlob[] = [];
    for (const blob of blobs.filter(isGarbage)) {
      if (unnamedFor === 0 || (await since(blob)) <= at - unnamedFor) candidates.push(blob);
      else waiting += 1;
    }
    checkSignal(signal);
    if (dryRun) {
      count += candidates.length;
      bytes += candidates.reduce((sum, { size }) => sum + size, 0);
    }
    if (dryRun || candidates.length === 0) continue;
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
  if (!dryRun) await forgetMarks(layout, keep);
  return { count, bytes, waiting };
}
