import { join } from 'node:path';
import { StoreError } from '@stepwell/core';

/*
 * <directory>/
 *   sha256/ab/cdef…          a blob: its bytes and nothing else, at its hash (2 and 62 hex digits)
 *   tmp/<session>.<number>   a draft: bytes on their way in, of a handle whose session lock is held
 *   unnamed/abcdef…          a mark: empty, its time says since when no record names the blob of this hash
 *   locks/                   `blobs`: shared by those who publish, exclusive for those who delete
 *                            `drafts-<session>`: exclusive, as long as that handle may have drafts
 *
 * A blob appears by one rename of a synced draft and never changes, so whoever sees it sees all of it.
 */

/** The paths of one artifact directory. */
export interface Layout {
  readonly directory: string;
  readonly blobs: string;
  readonly drafts: string;
  readonly unnamed: string;
  readonly locks: string;
}

export function layoutOf(directory: string): Layout {
  return {
    directory,
    blobs: join(directory, 'sha256'),
    drafts: join(directory, 'tmp'),
    unnamed: join(directory, 'unnamed'),
    locks: join(directory, 'locks'),
  };
}

const HASH = /^[0-9a-f]{64}$/;

export function isHash(text: string): boolean {
  return HASH.test(text);
}

/** Only a whole hash ever becomes a path, so no argument can lead out of the directory. @throws `INVALID_ARGUMENT` */
export function checkHash(hash: string): string {
  if (typeof hash === 'string' && isHash(hash)) return hash;
  throw new StoreError('INVALID_ARGUMENT', `${JSON.stringify(hash)} is not a SHA-256 in lower-case hex`, {
    details: { hash },
  });
}

/** The directory of a blob: one of 256, so that none grows too large to list. */
export function shardPath(layout: Layout, hash: string): string {
  return join(layout.blobs, hash.slice(0, 2));
}

export function blobPath(layout: Layout, hash: string): string {
  return join(shardPath(layout, checkHash(hash)), hash.slice(2));
}
