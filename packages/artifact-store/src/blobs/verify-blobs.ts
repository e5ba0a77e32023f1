import { isStoreError, type MaintenanceReport, type Problem } from '@stepwell/core';
import { checkSignal } from '../check-signal.ts';
import { blobPath, type Layout } from '../layout.ts';
import { scanShards } from './list-blobs.ts';
import { readBlob } from './read-blob.ts';

/** Reads every blob and says which are not what their address claims. */
export async function verifyBlobs(
  layout: Layout,
  signal: AbortSignal | undefined,
): Promise<MaintenanceReport> {
  const problems: Problem[] = [];
  let blobs = 0;
  let bytes = 0;
  for await (const shard of scanShards(layout)) {
    for (const where of shard.foreign) {
      problems.push({
        id: 'artifact.foreign',
        where,
        message: 'is no artifact; it was put there by something else',
      });
    }
    for (const { hash, size } of shard.blobs) {
      checkSignal(signal);
      const problem = await problemOf(blobPath(layout, hash), hash);
      if (problem !== undefined) problems.push(problem);
      blobs += 1;
      bytes += size;
    }
  }
  return {
    performed: true,
    measures: [
      {
        name: 'artifacts.verified.count',
        unit: 'count',
        value: blobs,
        meaning: 'Contents that were read and checked.',
      },
      { name: 'artifacts.verified.bytes', unit: 'bytes', value: bytes, meaning: 'Their size together.' },
    ],
    problems,
  };
}

async function problemOf(where: string, hash: string): Promise<Problem | undefined> {
  try {
    for await (const _chunk of readBlob(where, hash));
    return undefined;
  } catch (error) {
    // Collected since it was listed: gone is not damaged.
    if (isStoreError(error, 'NOT_FOUND')) return undefined;
    if (isStoreError(error, 'CORRUPT')) return { id: 'artifact.damaged', where, message: error.message };
    if (isStoreError(error, 'IO')) return { id: 'artifact.unreadable', where, message: error.message };
    throw error;
  }
}
