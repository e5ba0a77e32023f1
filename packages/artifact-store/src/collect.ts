import type { LockProvider, MaintenanceReport } from '@stepwell/core';
import type { CollectOptions } from './artifact-store.ts';
import type { BlobLock } from './blobs/blob-lock.ts';
import { collectBlobs } from './blobs/collect-blobs.ts';
import { untilAborted } from './content/until-aborted.ts';
import { collectDrafts } from './drafts/collect-drafts.ts';
import { checkHash, type Layout } from './layout.ts';
import { artifactDefaults } from './settings.ts';

/**
 * Deletes the drafts of dead processes and, where `keep` says what is named, the blobs that are not; or tells with `dryRun`
 * what that would be.
 */
export async function collect(
  layout: Layout,
  locks: LockProvider,
  lock: BlobLock,
  now: () => number,
  {
    keep,
    minAge = artifactDefaults.minAge,
    unnamedFor = artifactDefaults.unnamedFor,
    dryRun = false,
    signal,
  }: CollectOptions & { readonly signal: AbortSignal },
): Promise<MaintenanceReport> {
  // Before `keep` is read: what is put meanwhile is young. What is without a name is so when all names are known.
  const before = now() - minAge;
  const hashes = keep && (await hashesOf(keep, signal));
  const drafts = await collectDrafts(layout, locks, dryRun);
  const blobs = hashes
    ? await collectBlobs(layout, { keep: hashes, before, at: now(), unnamedFor, dryRun }, lock, signal)
    : { count: 0, bytes: 0, waiting: 0 };
  const were = dryRun ? 'would be' : 'were';
  const isNothing = blobs.count + drafts === 0;
  const reasons = [
    blobs.waiting > 0 &&
      `contents that wait, since they lost their name less than ${unnamedFor} ms ago: ${blobs.waiting}`,
    blobs.waiting === 0 && isNothing && 'there was nothing to delete',
    dryRun && !isNothing && 'a dry run deletes nothing',
  ].filter((reason) => reason !== false);
  return {
    performed: !dryRun && !isNothing,
    ...(reasons.length > 0 && { reason: reasons.join('; ') }),
    measures: [
      {
        name: 'artifacts.collected.count',
        unit: 'count',
        value: blobs.count,
        meaning: `Contents that ${were} deleted.`,
      },
      {
        name: 'artifacts.collected.bytes',
        unit: 'bytes',
        value: blobs.bytes,
        meaning: 'Their size together.',
      },
      {
        name: 'artifacts.drafts.count',
        unit: 'count',
        value: drafts,
        meaning: `Leftovers of dead processes that ${were} deleted.`,
      },
    ],
    problems: [],
  };
}

/** A mistyped hash would not keep what it means, so it stops the collection instead. */
async function hashesOf(
  keep: AsyncIterable<string> | Iterable<string>,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const hashes = new Set<string>();
  for await (const hash of untilAborted(each(keep), signal)) hashes.add(checkHash(hash));
  return hashes;
}

async function* each(
  hashes: AsyncIterable<string> | Iterable<string>,
): AsyncGenerator<string, void, undefined> {
  yield* hashes;
}
