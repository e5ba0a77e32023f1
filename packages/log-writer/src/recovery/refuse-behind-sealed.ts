import type { LeaderState } from '@stepwell/core';
import { sealedPath } from '../sealed/sealed-path.ts';
import { corrupt } from '../segment/corrupt.ts';
import type { LogFiles } from '../segment/log-files.ts';

/**
 * What is sealed had been committed, and the leader had been synced, before any manifest named it: neither a death nor a
 * power cut brings a leader back behind it, reboot or not. Under the writer lock: a reader's leader may be older.
 * @throws `CORRUPT` when the records were replaced by older ones
 */
export function refuseBehindSealed({ index, directory }: LogFiles, { mark }: LeaderState): void {
  const sealed = index.sealed.findLast(({ lastEpoch }) => lastEpoch > mark);
  if (sealed === undefined) return;
  throw corrupt(
    sealedPath(directory, sealed.id),
    0,
    `lines up to epoch ${sealed.lastEpoch} were sealed, and the records know of none above epoch ${mark}`,
  );
}
