import { type LeaderState, StoreError } from '@stepwell/core';
import type { Manifest } from '../format/manifest.ts';
import { corrupt } from '../segment/corrupt.ts';

/**
 * A log belongs to one store for its whole life. Manifest and directory are synced before the first line is written, so
 * neither a death nor a power cut explains another store's log, whichever side was put in place of the right one.
 * @throws `CORRUPT`
 */
export function checkBelonging(
  path: string,
  { store }: Manifest,
  leader: Pick<LeaderState, 'store'> | undefined,
): void {
  const expected = leader?.store;
  if (expected === undefined || expected === store) return;
  throw corrupt(path, 0, `the log belongs to the store ${store}, the records to ${expected}`);
}

/**
 * For the same reason a log that has been written to cannot be gone.
 * @throws `CORRUPT`
 */
export function checkNeverWritten(directory: string, leader: LeaderState | undefined): void {
  if (leader === undefined || leader.mark === 0) return;
  throw new StoreError(
    'CORRUPT',
    `${directory}: there is no manifest of a log, and the records know lines of epoch ${leader.mark}`,
    { details: { directory } },
  );
}
